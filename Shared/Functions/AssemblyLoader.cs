using System.Reflection;
using System.Runtime.Loader;

namespace ProcessPool.Functions;

/// <summary>Finds the assemblies that functions name, once each, and sees to it that they are the builds meant.</summary>
internal static class AssemblyLoader
{
    private static readonly Lock Gate = new();

    /// <summary>Guarded by <see cref="Gate"/>.</summary>
    private static readonly Dictionary<string, Assembly> Loaded = [];

    /// <summary>
    /// The directories of assemblies loaded by path, where their dependencies lie too. Replaced under <see cref="Gate"/>, read
    /// without it: the runtime asks on any thread, also while another one holds the gate and waits for the runtime.
    /// </summary>
    private static volatile string[] _directories = [];

    /// <summary>The assembly of this name and build.</summary>
    /// <param name="name">Its full name.</param>
    /// <param name="module">Its module version id.</param>
    /// <param name="path">Its file, if it is not found by name.</param>
    /// <exception cref="FunctionException">There is none, or it is another build.</exception>
    public static Assembly Load(string name, Guid module, string? path)
    {
        lock (Gate)
        {
            if (!Loaded.TryGetValue(name, out var assembly))
            {
                assembly = LoadFirst(name, path);
                Loaded.Add(name, assembly);
            }

            var here = assembly.ManifestModule.ModuleVersionId;
            if (here == module) return assembly;
            throw new FunctionException(
                $"This process has loaded another build of {name} than the process that sent the function (module version {here} here, "
                + $"{module} there). Both must run the same build: was it rebuilt while the program was running, or a runtime updated?");
        }
    }

    /// <summary>The assembly of this name and build if it is loaded already.</summary>
    public static Assembly? FindLoaded(string name, Guid module)
    {
        foreach (var assembly in AppDomain.CurrentDomain.GetAssemblies())
        {
            if (!assembly.IsDynamic && assembly.FullName == name && assembly.ManifestModule.ModuleVersionId == module) return assembly;
        }

        return null;
    }

    private static Assembly LoadFirst(string name, string? path)
    {
        var core = typeof(object).Assembly;
        if (core.FullName == name) return core;
        try
        {
            // The path first: a load by name that fails costs milliseconds of exception handling in a starting worker.
            return path is not null && File.Exists(path) ? LoadFrom(path) : Assembly.Load(new AssemblyName(name));
        }
        catch (Exception e) when (e is IOException or BadImageFormatException or ArgumentException)
        {
            throw new FunctionException(
                $"The assembly {name} that holds the function cannot be loaded{(path is null ? "" : $" from {path}")}: {e.Message}", e);
        }
    }

    private static Assembly LoadFrom(string path)
    {
        if (_directories.Length == 0) AssemblyLoadContext.Default.Resolving += Probe;
        var directory = Path.GetDirectoryName(path)!;
        if (Array.IndexOf(_directories, directory) < 0) _directories = [.. _directories, directory];
        return AssemblyLoadContext.Default.LoadFromAssemblyPath(path);
    }

    private static Assembly? Probe(AssemblyLoadContext context, AssemblyName name)
    {
        foreach (var directory in _directories)
        {
            var path = Path.Combine(directory, name.Name + ".dll");
            if (File.Exists(path)) return context.LoadFromAssemblyPath(path);
        }

        return null;
    }
}
