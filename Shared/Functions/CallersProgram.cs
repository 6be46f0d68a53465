using System.Reflection;
using MessagePack;
using ProcessPool.Values;

namespace ProcessPool.Functions;

/// <summary>
/// What makes a process the user's program: its entry assembly, its configuration file and its command line. Libraries find their
/// settings, the names of products and secrets by them, so a worker takes them on before it runs anything.
/// </summary>
internal static class CallersProgram
{
    private const string ConfigurationFile = "APP_CONFIG_FILE";

    /// <summary>There is no public way to set the command line. See <see cref="WorkerContext.CommandLine"/>.</summary>
    private static readonly FieldInfo? CommandLine = typeof(Environment).GetField("s_commandLineArgs", BindingFlags.Static | BindingFlags.NonPublic);

    /// <summary>Writes what this process is, as one value.</summary>
    public static void Write(ref MessagePackWriter writer)
    {
        var entry = Assembly.GetEntryAssembly();
        writer.WriteArrayHeader(5);
        writer.WriteText(entry?.FullName);
        writer.WriteText(entry?.ManifestModule.ModuleVersionId.ToString());
        writer.WriteText(PathOf(entry));
        writer.WriteText(AppContext.GetData(ConfigurationFile) as string);
        var arguments = WorkerContext.CommandLine;
        writer.WriteArrayHeader(arguments.Count);
        foreach (var argument in arguments) writer.WriteText(argument);
    }

    /// <summary>Reads what the caller's process is, and makes this process the same as far as it can be.</summary>
    public static void TakeOn(ref MessagePackReader reader)
    {
        if (reader.ReadArrayHeader() != 5) throw new BrokenValueException("A program has five parts.");
        var (name, module, path) = (reader.ReadText(), reader.ReadText(), reader.ReadText());
        var configuration = reader.ReadText();
        List<string> arguments = [];
        for (var left = reader.ReadArrayHeader(); left > 0; left--) arguments.Add(reader.ReadText() ?? "");
        if (name is not null && Guid.TryParse(module, out var id)) SetEntryAssembly(name, id, path);
        if (configuration is not null) AppContext.SetData(ConfigurationFile, configuration);
        WorkerContext.CommandLine = arguments;
        TrySetCommandLine([.. arguments]);
    }

    /// <summary>
    /// A worker works without its caller's entry assembly, which may be made at run time or be a file that only the caller can load.
    /// What then differs is in docs/from-python.md.
    /// </summary>
    private static void SetEntryAssembly(string name, Guid module, string? path)
    {
        if (Assembly.GetEntryAssembly() is { } own && own.FullName == name) return;
        try
        {
            Assembly.SetEntryAssembly(AssemblyLoader.FindLoaded(name, module) ?? AssemblyLoader.Load(name, module, path));
        }
        catch (FunctionException)
        {
            // The message would be of no use: nobody has asked for this assembly.
        }
    }

    private static void TrySetCommandLine(string[] arguments)
    {
        if (CommandLine?.FieldType == typeof(string[])) CommandLine.SetValue(null, arguments);
    }

    private static string? PathOf(Assembly? assembly) =>
        assembly is { IsDynamic: false } && AssemblyOrigin.LocationOf(assembly) is { Length: > 0 } path ? path : null;
}
