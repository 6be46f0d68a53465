namespace ProcessPool.Launch.Tests;

/// <summary>
/// Properties on the command line of a publish reach the projects that the application refers to, and switch analyzers on there
/// whose warnings are errors in this repository.
/// </summary>
internal sealed class Properties_of_a_publish_reach_the_library
{
    // The other analyzers have seen the library when the repository was built.
    [Test]
    public void And_it_can_be_built_with_them() => Sdk.Run(
        "build", Path.Combine(Sdk.Repository, "Hosting"), "--configuration", "Release", "--artifacts-path", SharedBuilds.Sdk.File("with properties"),
        "-p:PublishTrimmed=true", "-p:PublishSingleFile=true", "-p:PublishAot=true",
        "-p:EnableNETAnalyzers=false", "-p:EnforceCodeStyleInBuild=false");
}
