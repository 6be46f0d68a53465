using System.Runtime.CompilerServices;

namespace ProcessPool.Tests;

[CancelAfter(60_000)]
internal sealed class PublicApiTests
{
    private const string Update = "UPDATE_PUBLIC_API";

    [Test]
    public void Changes_of_the_public_face_are_noticed()
    {
        var actual = PublicApi.Describe(typeof(Pool).Assembly, typeof(ValueException).Assembly);
        var path = ListingPath();
        if (Environment.GetEnvironmentVariable(Update) == "1") File.WriteAllLines(path, actual);
        var listed = File.ReadAllLines(path);
        var gone = listed.Except(actual).Select(line => $"- {line}");
        var added = actual.Except(listed).Select(line => $"+ {line}");
        var difference = string.Join("\n", gone.Concat(added).OrderBy(line => line[2..], StringComparer.Ordinal));
        if (difference.Length > 0 || listed.Length != actual.Count)
            Assert.Fail($"The public API is no longer what PublicApi.txt says. If that is meant, run the test with {Update}=1 and commit the file.\n{difference}");
    }

    private static string ListingPath([CallerFilePath] string source = "") => Path.Combine(Path.GetDirectoryName(source)!, "PublicApi.txt");
}
