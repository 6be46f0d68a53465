using System.Text.Encodings.Web;
using System.Text.Json;

namespace ProcessPool.Bench;

/// <summary>The figures for programs: all samples, in the order of the rounds.</summary>
internal static class JsonResults
{
    private static readonly JsonSerializerOptions Format = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        // Keeps µ unescaped.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static async Task WriteAsync(Stream stream, BenchOptions options, Surroundings surroundings, IReadOnlyList<Family> families)
    {
        var results = new
        {
            Surroundings = surroundings.Facts.ToDictionary(),
            options.Rounds,
            options.IsQuick,
            Rows = families.SelectMany(family => family.Rows.Select(row => new
            {
                Family = family.Name,
                row.What,
                row.Unit,
                Ours = Side(row.Ours),
                Python = row.Python is null ? null : Side(row.Python),
                Ratio = row.SpeedOver(row.Python),
                Limit = row.Limit is null ? null : Side(row.Limit),
                Others = row.Others.ToDictionary(other => other.Name, other => Side(other.Measure)),
                Targets = row.Targets.Select(target => new { target.Text, Figure = target.Figure(row), IsMet = target.IsMet(row) }),
            })),
        };
        await JsonSerializer.SerializeAsync(stream, results, Format);
    }

    private static object Side(Measure measure) => new { measure.Median, measure.Samples, measure.Failure };
}
