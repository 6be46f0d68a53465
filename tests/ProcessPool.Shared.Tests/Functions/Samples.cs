using System.Collections;
using System.Reflection;
using System.Runtime.CompilerServices;
using MessagePack;
using ProcessPool.Frames;
using ProcessPool.Functions;
using ProcessPool.Values;

namespace ProcessPool.Tests.Functions;

/// <summary>The functions of the projects <c>Captures.*</c>, which compile the same source in two ways.</summary>
internal static class Samples
{
    public static readonly string[] Builds = ["Captures.Unoptimized", "Captures.Optimized"];

    public static IEnumerable<TestCaseData> All()
    {
        foreach (var build in Builds)
        {
            foreach (var type in Assembly.Load(build).GetExportedTypes())
            {
                foreach (var method in type.GetMethods())
                {
                    if (method.ReturnType.Name == "Sample" && method.DeclaringType!.Name != "Sample")
                        yield return new TestCaseData(build, type.Name, method.Name).SetArgDisplayNames(build[9..], type.Name, method.Name);
                }
            }
        }
    }

    public static Sample Get(string build, string type, string method)
    {
        var declaring = Assembly.Load(build).GetType($"Captures.{type}", throwOnError: true)!;
        var made = declaring.GetMethod(method)!;
        var target = made.IsStatic ? null : type == "Runner" ? Activator.CreateInstance(declaring, 3, new object()) : Activator.CreateInstance(declaring);
        var arguments = made.GetParameters().Select(p => p.DefaultValue).ToArray();
        return new Sample(made.Invoke(target, arguments)!);
    }

    /// <summary>Calls a function and waits for what it gives.</summary>
    public static object? Call(Delegate function, params object?[] arguments)
    {
        var result = function.DynamicInvoke(arguments);
        if (result is Task task)
        {
            task.Wait();
            return task.GetType().GetProperty("Result")!.GetValue(task);
        }

        return result is IEnumerable items and not string ? items.Cast<object>().ToArray() : result;
    }

    public static byte[] Encode(Delegate function)
    {
        var message = new FrameBuffer();
        var writer = new MessagePackWriter(message);
        FunctionWriter.Write(ref writer, function, message.ContextOf(ProcessPool.Values.Formatters.Default));
        writer.Flush();
        return message.ToArray();
    }

    public static Delegate Decode(byte[] bytes, CancellationToken itemToken = default)
    {
        var reader = new MessagePackReader(bytes);
        var function = FunctionReader.Read(ref reader, itemToken, ProcessPool.Values.Formatters.Default.FromCoordinator);
        Assert.That(reader.End, Is.True);
        return function;
    }

    public static T Copy<T>(T function, CancellationToken itemToken = default)
        where T : Delegate => (T)Decode(Encode(function), itemToken);

    /// <summary>The variables and fields that travel with a function.</summary>
    public static string Travelling(Delegate function)
    {
        var graph = new FunctionGraph(function, UserFormatters.None);
        var names = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var environment in graph.Environments)
        {
            var type = EnvironmentType.Of(environment.GetType());
            foreach (var index in graph.FieldsOf(type))
            {
                if (type.Fields[index].KindAmong(UserFormatters.None) != CaptureKind.Environment) names.Add(GeneratedCode.DisplayName(type.Fields[index].Info));
            }
        }

        return string.Join(",", names);
    }

    /// <summary>A sample of either build.</summary>
    internal sealed class Sample(object sample)
    {
        public Delegate Function => (Delegate)Get();

        public object?[] Arguments => (object?[])Get();

        public string Travels => (string)Get();

        private object Get([CallerMemberName] string name = "") => sample.GetType().GetProperty(name)!.GetValue(sample)!;
    }
}
