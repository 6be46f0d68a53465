using System.Numerics;
using System.Security.Cryptography;
using ProcessPool.Tests.Properties.Generated;
using ProcessPool.Values;

namespace ProcessPool.Tests.Formatters;

/// <summary>
/// Compares the bytes of values with those in a file, which has a line with a name and bytes for each value. The file may only
/// change together with the version of the protocol.
/// </summary>
[TestFixture]
[CancelAfter(60_000)]
internal sealed class The_wire_stays_byte_for_byte
{
    /// <summary>Longer values are in the file as their length and their hash.</summary>
    private const int LongestInFull = 256;

    private const int Seeds = 200;

    /// <summary>Collections that enumerate in the order of hash codes.</summary>
    private static readonly string[] Hashed =
        ["ImmutableHashSet", "ImmutableDictionary", "IImmutableSet", "IImmutableDictionary", "Frozen", "ConcurrentDictionary", "Hashtable"];

    private static readonly string File = Path.Combine(AppContext.BaseDirectory, "Formatters", "bytes.txt");

    [Test]
    public void Framework_types_and_composed_types()
    {
        var lines = Lines();

        // To make the file anew: PROCESSPOOL_WRITE_BYTES=tests/ProcessPool.Shared.Tests/Formatters/bytes.txt
        if (Environment.GetEnvironmentVariable("PROCESSPOOL_WRITE_BYTES") is { } path) System.IO.File.WriteAllLines(path, lines);
        var expected = System.IO.File.ReadAllLines(File);

        Assert.That(lines, Has.Count.EqualTo(expected.Length).And.Count.GreaterThan(1000));
        Assert.Multiple(() =>
        {
            for (var i = 0; i < lines.Count; i++) Assert.That(lines[i], Is.EqualTo(expected[i]));
        });
    }

    private static List<string> Lines()
    {
        List<string> lines = [];
        var framework = new FrameworkSamples();
        foreach (var type in framework.Types.Where(IsTheSameEverywhere))
        {
            foreach (var (number, value) in framework.Of(type)!.Index().Where(pair => pair.Item is not Guid)) Add($"{TypeNames.Full(type)} {number}", type, value);
        }

        for (var seed = 0; seed < Seeds; seed++)
        {
            for (var size = 1; size <= 6; size++)
            {
                var sample = Sample.Make(seed, size);
                if (IsTheSameEverywhere(sample.Type)) Add(sample.ToString(), sample.Type, sample.Value);
            }
        }

        return lines;

        void Add(string name, Type type, object? value) => lines.Add($"{name}\t{Describe(Wire.WriteObject(type, value))}");
    }

    /// <summary>Not what names this build or this machine, nor what lies in the order of hash codes, which .NET may seed in each process.</summary>
    private static bool IsTheSameEverywhere(Type type) =>
        type.Namespace is not ("System.Reflection" or "System.IO") && type != typeof(Type) && type != typeof(TimeZoneInfo) && type != typeof(Vector<int>)
        && !Array.Exists(Hashed, TypeNames.Full(type).Contains)
        && !(type.IsInterface && type.GetGenericArguments()[0] == typeof(string));

    private static string Describe(byte[] bytes) => bytes.Length <= LongestInFull
        ? Convert.ToHexString(bytes)
        : $"{bytes.Length} {Convert.ToHexString(SHA256.HashData(bytes))}";
}
