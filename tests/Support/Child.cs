using System.Collections.Concurrent;
using CliWrap;
using CliWrap.Buffered;

namespace ProcessPool.Testing;

/// <summary>
/// A program that a test runs. The program and all processes that it has started are killed if it takes too long, or if the test
/// ends first.
/// </summary>
internal sealed class Child : IDisposable
{
    private static readonly TimeSpan DefaultLimit = TimeSpan.FromMinutes(2);

    private readonly CancellationTokenSource _late;
    private readonly CommandTask<BufferedCommandResult> _run;
    private readonly BlockingCollection<string> _errorLines = [];

    /// <param name="program">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="directory">Where it runs; null: where this process does.</param>
    /// <param name="environment">Variables to set beside those of this process.</param>
    /// <param name="limit">How long it may take; null: two minutes.</param>
    public Child(
        string program, IEnumerable<string> arguments, string? directory = null, Dictionary<string, string>? environment = null, TimeSpan? limit = null)
    {
        _late = new CancellationTokenSource(limit ?? DefaultLimit);
        _run = Cli.Wrap(program)
            .WithArguments(arguments)
            .WithWorkingDirectory(directory ?? "")
            .WithEnvironmentVariables(variables =>
            {
                // The test host's own, which no shell of a user's has.
                variables.Set("DOTNET_HOST_PATH", null);
                foreach (var (name, value) in environment ?? []) variables.Set(name, value);
            })
            .WithValidation(CommandResultValidation.None)
            .WithStandardErrorPipe(PipeTarget.ToDelegate(_errorLines.Add))
            .ExecuteBufferedAsync(_late.Token);
        Ended = AwaitAsync();
    }

    /// <summary>The program that runs assemblies, and builds.</summary>
    public static string Dotnet { get; } =
        Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") is { Length: > 0 } host ? host
        : Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? Environment.ProcessPath!
        : "dotnet";

    /// <summary>Its process id.</summary>
    public int Id => _run.ProcessId;

    /// <summary>It has ended, and so has what it prints. Cancelled if it took too long.</summary>
    public Task<ChildResult> Ended { get; }

    /// <summary>Runs a program to its end.</summary>
    public static ChildResult Run(
        string program, IEnumerable<string> arguments, string? directory = null, Dictionary<string, string>? environment = null, TimeSpan? limit = null)
    {
        using var child = new Child(program, arguments, directory, environment, limit);
        return child.Finish();
    }

    /// <summary>Waits for its end.</summary>
    public ChildResult Finish() => Ended.GetAwaiter().GetResult();

    /// <summary>Waits for a line on its standard error that contains this; those before are passed over.</summary>
    public string WaitForErrorLine(string part)
    {
        while (_errorLines.TryTake(out var line, DefaultLimit))
        {
            if (line.Contains(part)) return line;
        }

        throw new AssertionException($"It did not say '{part}'.");
    }

    public void Dispose()
    {
        _late.Cancel();
        Task.WaitAny(Ended);
        _late.Dispose();
    }

    private async Task<ChildResult> AwaitAsync()
    {
        var result = await _run;
        return new ChildResult(result.ExitCode, result.StandardOutput, result.StandardError);
    }
}

/// <summary>How a program ended, and what it printed.</summary>
internal sealed record ChildResult(int ExitCode, string Output, string Error);
