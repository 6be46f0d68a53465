using System.Reflection;
using ProcessPool.Functions;
using ProcessPool.Values;

namespace ProcessPool.Tests.Formatters;

/// <summary>Goes through all public types of the framework's assemblies. None may arrive different from what was sent.</summary>
[TestFixture]
internal sealed class Types_of_the_framework_arrive_exactly_or_are_refused_by_name
{
    private static readonly string[] Assemblies =
    [
        "System.Private.CoreLib", "System.Private.Uri", "System.Private.Xml", "System.Private.Xml.Linq",
        "System.Collections", "System.Collections.Concurrent", "System.Collections.Immutable", "System.Collections.NonGeneric",
        "System.Collections.Specialized", "System.ObjectModel", "System.Linq", "System.Linq.Expressions", "System.Linq.Parallel",
        "System.Memory", "System.Numerics.Vectors", "System.Numerics.Tensors", "System.Runtime.Numerics", "System.Runtime", "System.Runtime.Extensions",
        "System.Runtime.InteropServices", "System.Runtime.Intrinsics", "System.Runtime.Serialization.Primitives",
        "System.Text.Json", "System.Text.RegularExpressions", "System.Text.Encoding.CodePages", "System.Text.Encodings.Web",
        "System.Net.Primitives", "System.Net.Http", "System.Net.Sockets", "System.ComponentModel", "System.ComponentModel.Primitives",
        "System.ComponentModel.TypeConverter", "System.ComponentModel.Annotations", "System.Data.Common", "System.Drawing.Primitives",
        "System.Diagnostics.Process", "System.Diagnostics.DiagnosticSource", "System.IO.Pipelines", "System.IO.Compression", "System.IO.Pipes",
        "System.IO.MemoryMappedFiles", "System.Reflection.Metadata", "System.Security.Claims", "System.Security.Cryptography",
        "System.Threading", "System.Threading.Channels", "System.Threading.Tasks.Dataflow", "System.Transactions.Local", "System.Xml.XDocument", "FSharp.Core",
    ];

    private static readonly FrameworkSamples Samples = new();

    [TestCaseSource(nameof(Assemblies))]
    public void Every_public_type_of(string name)
    {
        FunctionFormatters.Register();
        var resolver = ProcessPool.Values.Formatters.Default;
        var wrong = PublicTypes(Assembly.Load(name)).Select(type => Problem(type, resolver)).OfType<string>().ToList();

        Assert.That(wrong, Is.Empty);
    }

    [Test]
    public void Every_sample()
    {
        FunctionFormatters.Register();
        Assert.That(Samples.Types.Select(type => Problem(type, ProcessPool.Values.Formatters.Default)), Is.All.Null);
        Assert.That(Samples.Types.Count(), Is.GreaterThan(200));
    }

    [Test]
    public void The_types_are_many() =>
        Assert.That(Assemblies.Sum(name => PublicTypes(Assembly.Load(name)).Count()), Is.GreaterThan(3500));

    private static string? Problem(Type type, ValueResolver resolver)
    {
        // Functions, exceptions and objects to report to travel by rules of their own, and have tests of their own.
        if (type.IsGenericType && (type.GetGenericTypeDefinition() == typeof(IProgress<>) || type.GetGenericTypeDefinition() == typeof(Progress<>))) return null;
        if (type.IsAssignableTo(typeof(Delegate)) || FSharpTypes.IsFunction(type) || type.IsAssignableTo(typeof(Exception))) return null;
        try
        {
            resolver.Get(type);
        }
        catch (ValueException e)
        {
            return e.ValueType == type && e.Message.Contains(TypeNames.Full(type)) ? null : $"{type}: the refusal does not name it: {e.Message}";
        }

        var samples = type.IsEnum ? [.. Enum.GetValues(type).Cast<object>(), Activator.CreateInstance(type)] : Samples.Of(type);
        if (samples is null) return $"{type}: it can be sent, and there is no sample of it";
        foreach (var sample in samples)
        {
            if (!Exactly.Same(sample, Wire.ReadObject(type, Wire.WriteObject(type, sample, resolver), resolver))) return $"{type}: {sample} arrived different";
        }

        return null;
    }

    private static IEnumerable<Type> PublicTypes(Assembly assembly)
    {
        foreach (var type in assembly.GetExportedTypes())
        {
            if (type is { IsAbstract: true, IsSealed: true }) continue;
            if (!type.IsGenericTypeDefinition) yield return type;
            foreach (var closed in type.IsGenericTypeDefinition ? Close(type) : []) yield return closed;
        }
    }

    /// <summary>Over int, over string, and pairs over both; not what the constraints of the type forbid.</summary>
    private static IEnumerable<Type> Close(Type definition)
    {
        var count = definition.GetGenericArguments().Length;
        Type[][] arguments =
        [
            [.. Enumerable.Repeat(typeof(int), count)],
            [.. Enumerable.Repeat(typeof(string), count)],
            [.. Enumerable.Range(0, count).Select(i => i == 0 ? typeof(string) : typeof(int))],
            [.. Enumerable.Range(0, count).Select(i => i == 0 ? typeof(int) : typeof(string))],
        ];
        foreach (var some in arguments.Take(count == 2 ? 4 : 2))
        {
            if (Allow(definition, some) is { } closed) yield return closed;
        }
    }

    private static Type? Allow(Type definition, Type[] arguments)
    {
        try
        {
            return definition.MakeGenericType(arguments);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }
}
