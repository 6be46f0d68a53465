using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using ProcessPool.Tests.Calls;

namespace ProcessPool.Tests.Workers;

/// <summary>The environment, the directory and the priority of worker processes.</summary>
[CancelAfter(120_000)]
[NonParallelizable]
internal sealed class Surroundings_of_workers
{
    private static string _seen = "";

    [Test]
    public void Variables_are_set_and_removed_for_managed_and_for_native_code([Values(1, 2)] int workers)
    {
        const string removed = "PROCESSPOOL_TEST_REMOVED";
        Environment.SetEnvironmentVariable(removed, "here");
        try
        {
            using var pool = new Pool(new PoolOptions
            {
                Workers = workers,
                Environment = new Dictionary<string, string?> { ["PROCESSPOOL_TEST_SET"] = "ä = b", ["PROCESSPOOL_TEST_EMPTY"] = "", [removed] = null },
                Initializer = () => _seen = $"{Environment.GetEnvironmentVariable("PROCESSPOOL_TEST_SET")}",
            });
            var seen = pool.Map(
                _ => (
                    Environment.GetEnvironmentVariable("PROCESSPOOL_TEST_SET"), Environment.GetEnvironmentVariable("PROCESSPOOL_TEST_EMPTY"),
                    Environment.GetEnvironmentVariable(removed), _seen,
                    NativeVariable("PROCESSPOOL_TEST_SET"), NativeVariable("PROCESSPOOL_TEST_EMPTY"), NativeVariable(removed)),
                Enumerable.Range(0, 4));
            Assert.That(seen, Is.All.EqualTo(("ä = b", "", (string?)null, "ä = b", "ä = b", "", (string?)null)));
        }
        finally
        {
            Environment.SetEnvironmentVariable(removed, null);
        }
    }

    [Test]
    public void A_setting_of_the_runtime_holds_from_the_start_and_stays()
    {
        using var pool = new Pool(new PoolOptions
        {
            Workers = 1,
            Environment = new Dictionary<string, string?> { ["DOTNET_gcServer"] = "1", ["DOTNET_GCHeapCount"] = "2" },
        });
        var (isServer, variable, native) = pool.Apply(
            () => (System.Runtime.GCSettings.IsServerGC, Environment.GetEnvironmentVariable("DOTNET_gcServer"), NativeVariable("DOTNET_gcServer")));
        Assert.That((isServer, variable, native), Is.EqualTo((Environment.ProcessorCount > 1, "1", "1")));
    }

    [Test]
    public void Without_a_word_they_are_those_of_this_process()
    {
        using var pool = new Pool(workers: 1);
        Assert.That(pool.Apply(() => NativeVariable("PATH")), Is.EqualTo(Environment.GetEnvironmentVariable("PATH")));
        Assert.That(pool.Apply(() => NativeVariable("DOTNET_gcServer")), Is.EqualTo(Environment.GetEnvironmentVariable("DOTNET_gcServer")));
    }

    [Test]
    public void They_are_those_of_the_time_when_the_pool_was_made()
    {
        var variables = new Dictionary<string, string?> { ["PROCESSPOOL_TEST_SET"] = "before" };
        using var pool = new Pool(new PoolOptions { Workers = 1, RecycleAfter = 1, Environment = variables });
        variables["PROCESSPOOL_TEST_SET"] = "after";
        Assert.That(pool.Map(_ => Environment.GetEnvironmentVariable("PROCESSPOOL_TEST_SET"), [1, 2, 3]), Is.All.EqualTo("before"));
    }

    [TestCase("", "x", "is not a valid variable name")]
    [TestCase("A=B", "x", "is not a valid variable name")]
    [TestCase("A\0", "x", "is not a valid variable name")]
    [TestCase("A", "x\0", "the value of A must not contain a null character")]
    [TestCase("PROCESSPOOL_WORKER", "1", "is reserved for the pool itself")]
    [TestCase("PROCESSPOOL_STATUS_PAGE", null, "is reserved for the pool itself")]
    [TestCase("PROCESSPOOL_DEPTH", "0", "is reserved for the pool itself")]
    [TestCase("DOTNET_STARTUP_HOOKS", "x.dll", "is reserved for the pool itself")]
    public void Variables_that_cannot_be_set_are_refused(string name, string? value, string message) => Assert.That(
        () => new Pool(new PoolOptions { Workers = 1, Environment = new Dictionary<string, string?> { [name] = value } }),
        Throws.TypeOf<ArgumentException>().With.Message.Contains(message).And.Property("ParamName").EqualTo("Environment"));

    [Test]
    public void All_items_run_in_the_directory_of_the_pool([Values] bool useStatusPage)
    {
        using var directory = new TemporaryDirectory();
        using var pool = new Pool(new PoolOptions
        {
            Workers = 2,
            UseStatusPage = useStatusPage,
            WorkingDirectory = directory.Path,
            Initializer = () => _seen = Environment.CurrentDirectory,
        });
        Assert.That(pool.Map(_ => (_seen, Environment.CurrentDirectory), [1, 2, 3, 4]), Is.All.EqualTo((directory.Path, directory.Path)));
        Assert.That(pool.Imap(_ => Path.GetFullPath("x"), [1, 2]).ToBlockingEnumerable(), Is.All.EqualTo(directory.File("x")));
    }

    [Test]
    public void A_relative_one_is_found_from_where_the_pool_is_made()
    {
        var before = Environment.CurrentDirectory;
        using var directory = new TemporaryDirectory();
        Directory.CreateDirectory(directory.File("inner"));
        try
        {
            Environment.CurrentDirectory = directory.Path;
            using var pool = new Pool(new PoolOptions { Workers = 1, WorkingDirectory = "inner" });
            Environment.CurrentDirectory = before;
            Assert.That(pool.Apply(() => Environment.CurrentDirectory), Is.EqualTo(directory.File("inner")));
        }
        finally
        {
            Environment.CurrentDirectory = before;
        }
    }

    [Test]
    public void One_that_does_not_exist_is_told_by_the_calls()
    {
        using var pool = new Pool(new PoolOptions { Workers = 2, WorkingDirectory = "/no/such/directory" });
        Assert.That(
            () => pool.Apply(() => 1),
            Throws.TypeOf<WorkerStartException>().With.Message.Contains("/no/such/directory (PoolOptions.WorkingDirectory): the directory does not exist"));
    }

    [TestCase("")]
    [TestCase("a\0b")]
    public void One_that_is_no_path_is_refused(string directory) => Assert.That(
        () => new Pool(new PoolOptions { Workers = 1, WorkingDirectory = directory }),
        Throws.TypeOf<ArgumentException>().With.Property("ParamName").EqualTo("WorkingDirectory"));

    [TestCase(0)]
    [TestCase(5)]
    [TestCase(19)]
    [Platform("Linux")]
    [SupportedOSPlatform("linux")]
    public void Workers_are_so_much_nicer_than_this_process(int by)
    {
        var own = NicenessOfThreads().Min();
        using var pool = new Pool(new PoolOptions { Workers = 2, Niceness = by });
        foreach (var threads in pool.Map(_ => NicenessOfThreads(), [1, 2, 3, 4])) Assert.That(threads, Is.All.EqualTo(Math.Min(19, own + by)));
        Assert.That(NicenessOfThreads().Min(), Is.EqualTo(own), "this process stays as it is");
    }

    /// <summary>Of all threads of the process that runs this, and of one that starts now.</summary>
    private static int[] NicenessOfThreads()
    {
        var all = Array.Empty<int>();
        var thread = new Thread(() => all =
        [
            .. Directory.GetDirectories("/proc/self/task").Select(directory =>
            {
                // The 19th field; the second, the name in parentheses, may hold anything.
                var stat = File.ReadAllText($"{directory}/stat");
                return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[16], CultureInfo.InvariantCulture);
            }),
        ]);
        thread.Start();
        thread.Join();
        return all;
    }

    /// <summary>What the C library has.</summary>
    private static string? NativeVariable(string name) => Marshal.PtrToStringUTF8(GetVariable(name));

    [DllImport("libc", EntryPoint = "getenv")]
    private static extern nint GetVariable([MarshalAs(UnmanagedType.LPUTF8Str)] string name);
}
