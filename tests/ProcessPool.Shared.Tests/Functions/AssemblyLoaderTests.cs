using System.Reflection;
using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using MessagePack;
using ProcessPool.Functions;
using ProcessPool.Tests.Formatters;
using ProcessPool.Values;

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
        var parent = dependency.DefineDynamicModule(name).DefineType("Parent", System.Reflection.TypeAttributes.Public);
        parent.CreateType();
        dependency.Save(Path.Combine(directory, name + "Dependency.dll"));
        var outside = new PersistedAssemblyBuilder(new AssemblyName(name), typeof(object).Assembly);
        var child = outside.DefineDynamicModule(name).DefineType("Child", System.Reflection.TypeAttributes.Public, parent);
        child.CreateType();
        var path = Path.Combine(directory, name + ".dll");
        outside.Save(path);

        var bytes = Wire.Written((ref MessagePackWriter w, ValueContext _) =>
        {
            w.WriteArrayHeader(2);
            w.WriteArrayHeader(3);
            w.Write($"{name}, Version=0.0.0.0, Culture=neutral, PublicKeyToken=null");
            w.Write(ModuleVersionId(path).ToByteArray());
            w.Write(path);
            w.Write(0x02000002);
        });
        Assert.That(Read(bytes, mayNameFiles: false, mayLoad: false), Is.Null);
        Assert.That(
            () => Read(bytes, mayNameFiles: false),
            Throws.TypeOf<FunctionException>().With.Message.Contains("cannot be loaded"),
            "only the coordinator may name files");
        var type = Read(bytes, mayNameFiles: true)!;
        Assert.That(type.Name, Is.EqualTo("Child"));
        Assert.That(type.BaseType!.Assembly.Location, Does.StartWith(directory));
        Assert.That(AssemblyOrigin.Of(type.Assembly).Path, Is.EqualTo(path));
    }

    private static Type? Read(byte[] bytes, bool mayNameFiles, bool mayLoad = true)
    {
        var reader = new MessagePackReader(bytes);
        return new IdentityReader(mayNameFiles, mayLoad).TryReadType(ref reader);
    }

    private static Guid ModuleVersionId(string path)
    {
        using var stream = File.OpenRead(path);
        using var file = new PEReader(stream);
        var reader = file.GetMetadataReader();
        return reader.GetGuid(reader.GetModuleDefinition().Mvid);
    }
}
