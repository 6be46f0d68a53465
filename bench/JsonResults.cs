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

    public static async Task WriteAsync(Stream stream, BenchOptions options, Surroundings surroundings, IReadOnlyList<Row> rows)
    {
        var results = new
        {
            Surroundings = surroundings.Facts.ToDictionary(),
            options.Rounds,
            options.IsQuick,
            Rows = rows.Select(row => new
            {
                row.What,
                row.Unit,
                Ours = Side(row.Ours),
                Python = Side(row.Python),
                row.Ratio,
                Limit = row.Limit is null ? null : Side(row.Limit),
            }),
        };
        await JsonSerializer.SerializeAsync(stream, results, Format);
    }

    private static object Side(Measure measure) => new { measure.Median, measure.Samples, measure.Failure };
}
