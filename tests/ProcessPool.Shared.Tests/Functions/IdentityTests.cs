using System.Reflection;
using ProcessPool.Functions;
using ProcessPool.MessagePack;

namespace ProcessPool.Tests.Functions;

[CancelAfter(60_000)]
internal sealed class IdentityTests
{
    private static readonly Type[] Types =
    [
        typeof(int), typeof(string), typeof(List<int>), typeof(Dictionary<string, List<IdentityTests[]>>), typeof(int[]), typeof(int[,]),
        typeof(int[][,]), typeof(Outer<int>.Inner<string>), typeof(int?), typeof((int, Uri)), typeof(List<>), typeof(Outer<>.Inner<>),
    ];

    [TestCaseSource(nameof(Types))]
    public void A_type_comes_back(Type type)
    {
        var bytes = Write(w => w.Write(type));
        Assert.That(new IdentityReader(new MessagePackReader(bytes)).ReadType(), Is.EqualTo(type));
        Assert.That(new IdentityReader(new MessagePackReader(bytes), mayLoad: false).TryReadType(), Is.EqualTo(type));
    }

    [Test]
    public void A_method_of_a_generic_class_comes_back()
    {
        var method = typeof(Outer<int>.Inner<string>).GetMethod("M")!.MakeGenericMethod(typeof(Uri));
        var bytes = Write(w => w.Write(method));
        Assert.That(new IdentityReader(new MessagePackReader(bytes)).ReadMethod(), Is.EqualTo(method));
    }

    [Test]
    public void An_assembly_is_named_once()
    {
        var once = Write(w => w.Write(typeof(IdentityTests)));
        var twice = Write(w =>
        {
            w.Write(typeof(IdentityTests));
            w.Write(typeof(IdentityTests));
        });
        Assert.That(twice.Length - once.Length, Is.LessThan(10));
    }

    [Test]
    public void An_open_type_is_refused_unless_it_is_a_definition() =>
        Assert.That(() => Write(w => w.Write(typeof(List<>).GetGenericArguments()[0])), Throws.TypeOf<FunctionException>().With.Message.Contains("open"));

    [Test]
    public void Another_build_is_refused()
    {
        var bytes = Write(w => w.Write(typeof(IdentityTests)));
        var module = typeof(IdentityTests).Module.ModuleVersionId.ToByteArray();
        bytes[bytes.AsSpan().IndexOf(module)] ^= 1;
        Assert.That(
            () => new IdentityReader(new MessagePackReader(bytes)).ReadType(),
            Throws.TypeOf<FunctionException>().With.Message.Contains("another build of ProcessPool.Shared.Tests")
                .And.Message.Contains("rebuilt while the program was running"));
        Assert.That(new IdentityReader(new MessagePackReader(bytes), mayLoad: false).TryReadType(), Is.Null);
    }

    [Test]
    public void An_assembly_outside_the_application_is_loaded_by_its_path_with_its_dependencies()
    {
        var loaded = AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") as string ?? "";
        var outside = Directory.CreateTempSubdirectory("identity-");
        try
        {
            var path = Path.Combine(outside.FullName, "Captures.Unoptimized.dll");
            File.Copy(Assembly.Load("Captures.Unoptimized").Location, path);
            var context = new System.Runtime.Loader.AssemblyLoadContext("outside", isCollectible: true);
            var assembly = context.LoadFromAssemblyPath(path);
            Assert.That(AssemblyOrigin.Of(assembly).Path, Is.EqualTo(path));
            Assert.That(loaded, Does.Not.Contain(path));
            context.Unload();
        }
        finally
        {
            outside.Delete(recursive: true);
        }

        Assert.That(AssemblyOrigin.Of(typeof(IdentityTests).Assembly).Path, Is.Null);
        Assert.That(AssemblyOrigin.Of(typeof(Uri).Assembly).Path, Is.Null);
    }

    [Test]
    public void An_assembly_that_is_nowhere_is_an_error()
    {
        var writer = new MessagePackWriter();
        writer.WriteArrayHeader(2);
        writer.WriteArrayHeader(3);
        writer.Write("Nowhere, Version=1.0.0.0");
        writer.Write(new byte[16]);
        writer.WriteNil();
        writer.Write(0x02000002);
        Assert.That(
            () => new IdentityReader(new MessagePackReader(writer.ToArray())).ReadType(),
            Throws.TypeOf<FunctionException>().With.Message.Contains("Nowhere"));
    }

    private static byte[] Write(Action<IdentityWriter> write)
    {
        var writer = new MessagePackWriter();
        write(new IdentityWriter(writer));
        return writer.ToArray();
    }

    private sealed class Outer<T>
    {
        public sealed class Inner<TInner>
        {
            public static (T, TInner, TOther) M<TOther>(T t, TInner inner, TOther other) => (t, inner, other);
        }
    }
}
