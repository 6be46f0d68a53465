using System.Reflection;
using System.Reflection.Emit;
using ProcessPool.Workers;

namespace ProcessPool.Tests.Workers;

/// <summary>
/// Native AOT leaves no IL and no metadata in a program. An assembly that was made at run time has no metadata to read either, so
/// these tests need no native compiler.
/// </summary>
internal sealed class Programs_without_assemblies
{
    [Test]
    public void Are_refused_with_what_to_do() => Assert.That(
        () => CompiledProgram.CheckAssembly(AssemblyBuilder.DefineDynamicAssembly(new AssemblyName("Made"), AssemblyBuilderAccess.Run)),
        Throws.TypeOf<PlatformNotSupportedException>().With.Message.Contains("Native AOT").And.Message.Contains("#:property PublishAot=false"));

    [Test]
    public void Are_told_from_others() => Assert.That(() => CompiledProgram.CheckAssembly(typeof(Pool).Assembly), Throws.Nothing);
}
