using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using ProcessPool.Coordinator.Running;

namespace ProcessPool.Coordinator.Reporting;

/// <summary>Formats reports as one JSON object, for programs. Times are in seconds.</summary>
internal static class JsonReport
{
    /// <summary>The object on one example.</summary>
    public static string Of(ExampleReport report) => Write(writer => Write(writer, report));

    /// <summary>The object on several examples.</summary>
    public static string Of(IEnumerable<ExampleReport> reports) => Write(writer =>
    {
        writer.WriteStartArray("examples");
        foreach (ExampleReport report in reports)
        {
            writer.WriteStartObject();
            Write(writer, report);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    });

    /// <summary>One object, on one line.</summary>
    public static string Write(Action<Utf8JsonWriter> writeMembers)
    {
        using var bytes = new MemoryStream();

        // Keeps paths readable for people. Relaxed escaping is safe because this never goes into HTML.
        var options = new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        using (var writer = new Utf8JsonWriter(bytes, options))
        {
            writer.WriteStartObject();
            writeMembers(writer);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(bytes.ToArray());
    }

    private static void Write(Utf8JsonWriter writer, ExampleReport report)
    {
        writer.WriteString("command", report.Words.Name);
        writer.WriteNumber("workers", report.Workers);
        writer.WriteNumber("items", report.Total);
        Write(writer, report.Outcome);
        foreach ((string name, object value) in report.Facts)
            WriteFact(writer, name, value);
        if (report.PlainLoop is not { } loop)
            return;
        writer.WriteStartObject("plainLoop");
        Write(writer, loop);
        writer.WriteEndObject();
        writer.WriteNumber("ratio", report.Ratio!.Value);
        if (report.Comparison is not { } comparison)
            return;
        writer.WriteBoolean("equal", comparison.Difference is null);
        if (comparison.Difference is not null)
            writer.WriteString("difference", comparison.Difference);
    }

    private static void Write(Utf8JsonWriter writer, RunOutcome outcome)
    {
        writer.WriteNumber("done", outcome.Done);
        writer.WriteBoolean("complete", outcome.IsComplete);
        writer.WriteNumber("seconds", outcome.Time.TotalSeconds);
        writer.WriteNumber("rate", outcome.Rate);
        writer.WriteStartArray("failed");
        foreach (ItemFailure failure in outcome.Failures)
        {
            writer.WriteStartObject();
            writer.WriteNumber("item", failure.Index);
            writer.WriteString("name", failure.Name);
            writer.WriteString("reason", failure.Reason);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteFact(Utf8JsonWriter writer, string name, object value)
    {
        switch (value)
        {
            case string text:
                writer.WriteString(name, text);
                break;
            case int number:
                writer.WriteNumber(name, number);
                break;
            case long number:
                writer.WriteNumber(name, number);
                break;
            case double number:
                writer.WriteNumber(name, number);
                break;
            default:
                throw new ArgumentException($"{name} has a type that reports do not support: {value.GetType()}", nameof(value));
        }
    }
}
