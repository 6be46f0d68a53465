using System.Globalization;

namespace ProcessPool.Conformance.Tests.Listing;

/// <summary>A class of CPython's tests.</summary>
/// <param name="Module">Where it is.</param>
/// <param name="Name">Its name, without a leading underscore: that of the fixture here.</param>
/// <param name="Count">How many tests it is said to have.</param>
/// <param name="Tests">Their names.</param>
internal sealed record PythonClass(string Module, string Name, int Count, List<string> Tests)
{
    /// <summary>The list of all of them, PythonTests.txt.</summary>
    public static IReadOnlyList<PythonClass> All { get; } = Read();

    private static List<PythonClass> Read()
    {
        List<PythonClass> classes = [];
        using var reader = new StreamReader(typeof(PythonClass).Assembly.GetManifestResourceStream("PythonTests.txt")!);
        while (reader.ReadLine() is { } line)
        {
            if (line.Length == 0 || line[0] == '#') continue;
            if (line[0] == ' ')
            {
                classes[^1].Tests.Add(line.Trim());
                continue;
            }

            var parts = line.Split([": ", " "], StringSplitOptions.None);
            classes.Add(new PythonClass(parts[0], parts[1].TrimStart('_'), int.Parse(parts[2], CultureInfo.InvariantCulture), []));
        }

        return classes;
    }
}
