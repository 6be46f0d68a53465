using System.Reflection;
using MessagePack;
using ProcessPool.Functions;
using ProcessPool.Tests.Formatters;
using ProcessPool.Values;

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
        var bytes = Write((ref MessagePackWriter w, IdentityWriter i) => i.Write(ref w, type));
        Assert.That(ReadType(bytes), Is.EqualTo(type));
        Assert.That(ReadType(bytes, mayLoad: false), Is.EqualTo(type));
    }

    [Test]
    public void A_method_of_a_generic_class_comes_back()
    {
        var method = typeof(Outer<int>.Inner<string>).GetMethod("M")!.MakeGenericMethod(typeof(Uri));
        var bytes = Write((ref MessagePackWriter w, IdentityWriter i) => i.Write(ref w, method));
        var reader = new MessagePackReader(bytes);
        Assert.That(new IdentityReader(mayNameFiles: false).ReadMethod(ref reader), Is.EqualTo(method));
    }

    [Test]
    public void An_assembly_is_named_once()
    {
        var once = Write((ref MessagePackWriter w, IdentityWriter i) => i.Write(ref w, typeof(IdentityTests)));
        var twice = Write((ref MessagePackWriter w, IdentityWriter i) =>
        {
            i.Write(ref w, typeof(IdentityTests));
            i.Write(ref w, typeof(IdentityTests));
        });
        Assert.That(twice.Length - once.Length, Is.LessThan(10));
    }

    [Test]
    public void An_open_type_is_refused_unless_it_is_a_definition() =>
        Assert.That(() => Write((ref MessagePackWriter w, IdentityWriter i) => i.Write(ref w, typeof(List<>).GetGenericArguments()[0])), Throws.TypeOf<FunctionException>().With.Message.Contains("open"));

    [Test]
    public void Another_build_is_refused()
    {
        var bytes = Write((ref MessagePackWriter w, IdentityWriter i) => i.Write(ref w, typeof(IdentityTests)));
        var module = typeof(IdentityTests).Module.ModuleVersionId.ToByteArray();
        bytes[bytes.AsSpan().IndexOf(module)] ^= 1;
        Assert.That(
            () => ReadType(bytes),
            Throws.TypeOf<FunctionException>().With.Message.Contains("a different build of ProcessPool.Shared.Tests")
                .And.Message.Contains("Was it rebuilt"));
        Assert.That(ReadType(bytes, mayLoad: false), Is.Null);
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
        var bytes = Wire.Written((ref MessagePackWriter w, ValueContext _) =>
        {
            w.WriteArrayHeader(2);
            w.WriteArrayHeader(3);
            w.Write("Nowhere, Version=1.0.0.0");
            w.Write(new byte[16]);
            w.WriteNil();
            w.Write(0x02000002);
        });
        Assert.That(
            () => ReadType(bytes),
            Throws.TypeOf<FunctionException>().With.Message.Contains("Nowhere"));
    }

    private delegate void Writing(ref MessagePackWriter writer, IdentityWriter identities);

    private static byte[] Write(Writing write) => Wire.Written((ref MessagePackWriter w, ValueContext _) => write(ref w, new IdentityWriter()));

    private static Type? ReadType(byte[] bytes, bool mayLoad = true)
    {
        var reader = new MessagePackReader(bytes);
        return new IdentityReader(mayNameFiles: false, mayLoad).TryReadType(ref reader);
    }

    private sealed class Outer<T>
    {
        public sealed class Inner<TInner>
        {
            public static (T, TInner, TOther) M<TOther>(T t, TInner inner, TOther other) => (t, inner, other);
        }
    }
}
