using System.Reflection;
using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using ProcessPool.Functions;
using ProcessPool.MessagePack;

namespace ProcessPool.Tests.Functions;

[CancelAfter(60_000)]
internal sealed class AssemblyLoaderTests
{
    [Test]
    public void An_assembly_outside_the_application_is_loaded_with_its_dependencies_from_beside_it()
    {
        // The directory stays: an assembly that is loaded can be deleted on some systems only.
        var directory = Directory.CreateTempSubdirectory("loader-").FullName;
        var name = $"Outside{Guid.NewGuid():N}";
        var dependency = new PersistedAssemblyBuilder(new AssemblyName(name + "Dependency"), typeof(object).Assembly);
        var parent = dependency.DefineDynamicModule(name).DefineType("Parent", TypeAttributes.Public);
        parent.CreateType();
        dependency.Save(Path.Combine(directory, name + "Dependency.dll"));
        var outside = new PersistedAssemblyBuilder(new AssemblyName(name), typeof(object).Assembly);
        var child = outside.DefineDynamicModule(name).DefineType("Child", TypeAttributes.Public, parent);
        child.CreateType();
        var path = Path.Combine(directory, name + ".dll");
        outside.Save(path);

        var writer = new MessagePackWriter();
        writer.WriteArrayHeader(2);
        writer.WriteArrayHeader(3);
        writer.Write($"{name}, Version=0.0.0.0, Culture=neutral, PublicKeyToken=null");
        writer.Write(ModuleVersionId(path).ToByteArray());
        writer.Write(path);
        writer.Write(0x02000002);
        Assert.That(new IdentityReader(new MessagePackReader(writer.ToArray()), mayLoad: false).TryReadType(), Is.Null);
        Assert.That(
            () => new IdentityReader(new MessagePackReader(writer.ToArray())).ReadType(),
            Throws.TypeOf<FunctionException>().With.Message.Contains("cannot be loaded"),
            "only the coordinator may name files");
        var type = new IdentityReader(new MessagePackReader(writer.ToArray()) { MayNameFiles = true }).ReadType();
        Assert.That(type.Name, Is.EqualTo("Child"));
        Assert.That(type.BaseType!.Assembly.Location, Does.StartWith(directory));
        Assert.That(AssemblyOrigin.Of(type.Assembly).Path, Is.EqualTo(path));
    }

    private static Guid ModuleVersionId(string path)
    {
        using var stream = File.OpenRead(path);
        using var file = new PEReader(stream);
        var reader = file.GetMetadataReader();
        return reader.GetGuid(reader.GetModuleDefinition().Mvid);
    }
}
