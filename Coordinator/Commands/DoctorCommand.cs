using System.CommandLine;
using System.Reflection;
using System.Runtime.InteropServices;
using ProcessPool.Coordinator.Doctor;
using ProcessPool.Coordinator.Reporting;

namespace ProcessPool.Coordinator.Commands;

/// <summary><c>doctor</c>: checks whether a pool with a number of workers works on this machine, and if not, why.</summary>
internal static class DoctorCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Make(CommonOptions common)
    {
        var command = new Command(
            "doctor", "Shows versions, starts a worker, measures a round trip, and checks the limits of this machine.");
        command.SetAction((parsed, _) =>
        {
            common.RefuseOptionsOfRuns(parsed);
            return RunAsync(common.From(parsed));
        });
        return command;
    }

    private static async Task<int> RunAsync(RunOptions options)
    {
        PoolOptions pool = Settings.From(options).Pool;
        List<Finding> probe = await WorkerProbe.RunAsync(pool);
        List<Finding> findings = [.. Versions(), .. probe, .. new Limits(pool.Workers).All()];
        Results.Print(options.Json ? [AsJson(findings, pool.Workers)] : findings.SelectMany(LinesOf));
        return probe[0].Grade == Grade.Wrong ? ExitCode.NoWorker
            : findings.Exists(finding => finding.Grade == Grade.Wrong) ? ExitCode.Failed
            : ExitCode.Success;
    }

    private static List<Finding> Versions() =>
    [
        new("processpool", typeof(Pool).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion),
        new("runtime", $"{RuntimeInformation.FrameworkDescription} ({RuntimeInformation.RuntimeIdentifier})"),
        new("system", RuntimeInformation.OSDescription),
    ];

    private static IEnumerable<string> LinesOf(Finding finding)
    {
        string mark = finding.Grade switch
        {
            Grade.Good => "ok",
            Grade.Warning => "note",
            _ => "WRONG",
        };
        yield return $"{mark,-5}  {finding.Name,-11}  {finding.Value}";
        if (finding.Remark is not null)
            yield return $"{"",-20}{finding.Remark}";
    }

    private static string AsJson(List<Finding> findings, int workers) => JsonReport.Write(writer =>
    {
        writer.WriteString("command", "doctor");
        writer.WriteNumber("workers", workers);
        writer.WriteStartArray("findings");
        foreach (Finding finding in findings)
        {
            writer.WriteStartObject();
            writer.WriteString("name", finding.Name);
            writer.WriteString("value", finding.Value);
            writer.WriteString("grade", finding.Grade.ToString().ToLowerInvariant());
            if (finding.Remark is not null)
                writer.WriteString("remark", finding.Remark);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    });
}
