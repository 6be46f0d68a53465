using System.Reflection;
using System.Runtime.Loader;

namespace ProcessPool.Functions;

/// <summary>Finds each assembly that functions refer to once, and checks that it is the same build as the sender's.</summary>
internal static class AssemblyLoader
{
    private static readonly Lock Gate = new();

    /// <summary>Guarded by <see cref="Gate"/>.</summary>
    private static readonly Dictionary<string, Assembly> Loaded = [];

    /// <summary>
    /// The directories of assemblies loaded by path; their dependencies are searched there too. Replaced under
    /// <see cref="Gate"/>, but read without it: the runtime raises Resolving on any thread, even while another thread holds the
    /// gate and waits for the runtime.
    /// </summary>
    private static volatile string[] _directories = [];

    /// <summary>Loads the assembly of this name and build.</summary>
    /// <param name="name">Its full name.</param>
    /// <param name="module">Its module version id.</param>
    /// <param name="path">Its file, if it is not found by name.</param>
    /// <exception cref="FunctionException">The assembly cannot be loaded, or it is another build.</exception>
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
                $"This process has loaded a different build of {name} than the process that sent the function (module version {here} here, "
                + $"{module} there). Both must run the same build. Was it rebuilt, or the runtime updated, while the program was running?");
        }
    }

    /// <summary>The assembly of this name and build if it is already loaded.</summary>
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
            // Try the path first: a failed load by name costs a starting worker milliseconds of exception handling.
            return path is not null && File.Exists(path) ? LoadFrom(path) : Assembly.Load(new AssemblyName(name));
        }
        catch (Exception e) when (e is IOException or BadImageFormatException or ArgumentException)
        {
            throw new FunctionException(
                $"The assembly {name}, which contains the function, cannot be loaded{(path is null ? "" : $" from {path}")}: {e.Message}", e);
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
