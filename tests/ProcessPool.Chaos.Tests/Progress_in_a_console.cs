using System.Text;
using ProcessPool.Chaos.Tests.Support;

namespace ProcessPool.Chaos.Tests;

/// <summary>A console program shows its calls with <see cref="ConsoleProgress"/>.</summary>
[TimeLimit(120)]
internal sealed class Progress_in_a_console
{
    /// <summary>What the runtime sends to a terminal at first: how its keys are to work.</summary>
    private const string KeyMode = "\e[?1h\e=";

    private const int Calls = 4;
    private const int Items = 50;

    private static readonly string[] ToTheEnd = [.. Enumerable.Range(0, 50).SelectMany(i => new[] { $"call {i}", $"after {i}" })];

    private TemporaryDirectory _directory = null!;

    [SetUp]
    public void MakeDirectory() => _directory = new TemporaryDirectory();

    [TearDown]
    public void RemoveDirectory() => _directory.Dispose();

    [Test]
    public void Is_in_lines_where_there_is_no_terminal_and_the_last_comes_before_what_follows()
    {
        var error = Run("progress", "50").Error;
        Assert.That(error, Has.None.EqualTo('\r').And.None.EqualTo('\e'));
        var lines = error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.That(lines.Select(NameOf), Is.EqualTo(ToTheEnd), error);
        for (var i = 0; i < 50; i++) Assert.That(lines[2 * i], Does.Match(LastOf(i)));
    }

    [Test]
    public void Is_a_bar_on_a_terminal_and_the_last_stays_before_what_follows()
    {
        var shown = RunOnTerminal("progress", "50");
        Assert.That(shown, Does.Match(@"\[#+\] 100 %").And.Not.Contains("\e[?25l"));
        Assert.That(ScreenOf(shown).Select(NameOf), Is.EqualTo(ToTheEnd), shown);
    }

    [Test]
    public void Tears_no_line_that_workers_or_the_program_print()
    {
        var shown = RunOnTerminal("progress-all", $"{Calls}", $"{Items}");
        Assert.That(shown, Does.Contain("%").And.Contains(" | "), "it has been shown meanwhile, for several calls");
        var lines = ScreenOf(shown);
        Assert.That(lines.Where(line => line.Contains("print") || line.Contains("program")), Is.EquivalentTo(
            Enumerable.Range(0, Calls).SelectMany(call => Enumerable.Range(0, Items).Select(item => $"item {item} of call {call} prints"))
                .Concat(Enumerable.Range(0, Items).Select(i => $"line {i} of the program"))), shown);
        var rest = lines.Where(line => !line.Contains("print") && !line.Contains("program")).ToArray();
        Assert.That(rest, Has.Length.EqualTo(Calls + 1).And.Contains("the end"), shown);
        Assert.That(rest.Where(line => line != "the end"), Has.All.Contains("50 of 50 items"));
    }

    private static string NameOf(string line) => line.StartsWith("after", StringComparison.Ordinal) ? line : line.Split(':')[0].Split("  ")[^1];

    private static string LastOf(int i) => (i % 5) switch
    {
        < 3 => $"^call {i}: 20 of 20 items, [0-9.,]+/s, in [0-9.]+ s$",
        3 => $"^call {i}: [0-9]+ of 20 items, [0-9]+ failed, [0-9.,]+/s, in [0-9.]+ s$",
        _ => $"^call {i}: [0-9]+ of 20 items, .*, in [0-9.]+ s$",
    };

    private ChildResult Run(params string[] arguments)
    {
        using var program = new CoordinatorProcess(arguments[0], _directory, arguments[1..]);
        Assert.That(program.WaitForExit(TimeSpan.FromSeconds(100)), Is.Zero, program.Error);
        return new ChildResult(0, program.Output, program.Error);
    }

    private string RunOnTerminal(params string[] arguments)
    {
        if (!File.Exists("/usr/bin/script")) Assert.Ignore("/usr/bin/script, which provides the terminal, is not installed.");
        string[] line = [Child.Dotnet, Path.Combine(AppContext.BaseDirectory, "ChaosApp.dll"), arguments[0], _directory.Path, .. arguments[1..]];
        var result = Child.Run(
            "/usr/bin/script", ["--quiet", "--return", "--command", string.Join(' ', line), "/dev/null"], environment: new() { ["TERM"] = "xterm" });
        Assert.That(result.ExitCode, Is.Zero, result.Output + result.Error);
        return result.Output;
    }

    /// <summary>The lines that a terminal shows in the end, without empty ones.</summary>
    private static string[] ScreenOf(string written)
    {
        List<StringBuilder> lines = [new()];
        var column = 0;
        foreach (var character in written.Replace(KeyMode, ""))
        {
            if (character == '\r') column = 0;
            else if (character == '\n') lines.Add(new StringBuilder(new string(' ', column)));
            else if (column < lines[^1].Length) lines[^1][column++] = character;
            else
            {
                lines[^1].Append(character);
                column++;
            }
        }

        return [.. lines.Select(static line => line.ToString().TrimEnd()).Where(static line => line.Length > 0)];
    }
}
