using System.Security.Cryptography;

namespace ProcessPool.Tests.Calls;

/// <summary>The page docs/from-python.md, and the code in it.</summary>
internal static class FromPython
{
    private const string Python = "/usr/bin/python3";

    public static string Root { get; } = FindRoot();

    public static string[] Lines { get; } = File.ReadAllLines(Path.Combine(Root, "docs", "from-python.md"));

    /// <summary>The blocks of code in a language, in their order; those below a heading, or all.</summary>
    public static List<string> Blocks(string language, string? heading = null)
    {
        List<string> blocks = [];
        List<string>? block = null;
        string? below = null;
        foreach (var line in Lines)
        {
            if (block is null && line.StartsWith("### ", StringComparison.Ordinal)) below = line[4..];
            if (line == $"```{language}" && (heading is null || heading == below)) block = [];
            else if (line == "```" && block is not null)
            {
                blocks.Add(string.Join('\n', block));
                block = null;
            }
            else block?.Add(line);
        }

        return blocks;
    }

    /// <summary>What stands in a test's source between <c>// snippet: …</c> and <c>// end</c>, as far to the left as it goes.</summary>
    public static List<string> Snippets(string fixture)
    {
        List<string> snippets = [];
        List<string>? snippet = null;
        var indent = 0;
        foreach (var line in File.ReadLines(Path.Combine(Root, "tests", "ProcessPool.Tests", "Calls", $"{fixture}.cs")))
        {
            var text = line.TrimStart();
            if (text.StartsWith("// snippet: ", StringComparison.Ordinal)) (snippet, indent) = ([], line.Length - text.Length);
            else if (text == "// end" && snippet is not null)
            {
                snippets.Add(string.Join('\n', snippet));
                snippet = null;
            }
            else snippet?.Add(text.Length == 0 ? "" : line[indent..]);
        }

        return snippets;
    }

    /// <summary>Runs the Python below a heading, and looks after each block whether the results are the same as here.</summary>
    /// <param name="heading">Of the page.</param>
    /// <param name="before">What the code finds set.</param>
    /// <param name="take">A function <c>take</c> that gives the results as bytes, and forgets them.</param>
    /// <param name="expected">Their hash.</param>
    public static void CheckPython(string heading, string before, string take, string expected)
    {
        var blocks = Blocks("python", heading);
        Assert.That(blocks, Has.Count.EqualTo(3));
        if (!File.Exists(Python))
        {
            if (Environment.GetEnvironmentVariable("CI") == "true") Assert.Fail($"there is no {Python}");
            Assert.Warn($"there is no {Python}: the Python of the page was not run");
            return;
        }

        var look = "import hashlib; print(hashlib.sha256(take()).hexdigest(), flush=True)";
        string[] script = ["import multiprocessing; multiprocessing.set_start_method(\"fork\")", before, take, .. blocks.SelectMany(block => new[] { block, look })];
        var (exitCode, output, error) = Child.Run(Python, ["-c", string.Join("\n", script)]);
        Assert.That(exitCode, Is.Zero, error);
        Assert.That(output.Split('\n', StringSplitOptions.RemoveEmptyEntries), Is.EqualTo(new[] { expected, expected, expected }));
    }

    public static string Hash(IEnumerable<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData([.. bytes]));

    private static string FindRoot()
    {
        var directory = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(directory, "ProcessPool.sln"))) directory = Path.GetDirectoryName(directory)!;
        return directory;
    }
}
