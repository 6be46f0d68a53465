using System.Runtime.InteropServices;
using ProcessPool.Soak;
using ProcessPool.Soak.Ledger;
using ProcessPool.Soak.Resources;

if (Settings.Parse(args) is not { } settings)
{
    Console.WriteLine(Settings.Help);
    return args is ["--help"] ? 0 : 2;
}

// Workers crash all the time here: what they would leave of their memory is of no use.
Limits.NoCoreDumps();
var mark = $"PROCESSPOOL_SOAK={Guid.NewGuid():N}";
Environment.SetEnvironmentVariable(mark.Split('=')[0], mark.Split('=')[1]);
using var folder = new OwnFolder();
Console.WriteLine($"soak: {settings.Seconds} s, {settings.Workers} workers, seed {settings.Seed}");

// What the runtime makes once, and keeps, is there before anything is measured.
var warmUp = TimeSpan.FromSeconds(Math.Clamp(settings.Seconds / 4, 2, 10));
await Round.RunAsync(settings, ~settings.Seed, warmUp, new Tally()).ConfigureAwait(false);
var before = Usage.Now();

var tally = new Tally();
await Round.RunAsync(settings, settings.Seed, TimeSpan.FromSeconds(settings.Seconds), tally).ConfigureAwait(false);
var (after, wrong) = Bounds.Settle(before, mark);

tally.Print(Console.Out);
Console.WriteLine($"{"left behind",-36}{"before",12}{"after",12}{"allowed",12}");
Console.WriteLine($"  {"descriptors, but for assemblies",-34}{before.Descriptors,12}{after.Descriptors,12}{"+0",12}");
Console.WriteLine($"  {"threads, but for the thread pool's",-34}{before.Threads,12}{after.Threads,12}{"+0",12}");
Console.WriteLine($"  {"managed memory, MiB",-34}{before.Managed / 1048576.0,12:0.0}{after.Managed / 1048576.0,12:0.0}{$"+{Bounds.Managed >> 20}",12}");
Console.WriteLine($"  {"resident memory, MiB",-34}{before.Resident / 1048576.0,12:0.0}{after.Resident / 1048576.0,12:0.0}{$"+{Bounds.Resident >> 20}",12}");
if (wrong is not null)
{
    Console.WriteLine($"BREACH (seed {settings.Seed}) at the end\n  {wrong}");
    return 1;
}

Console.WriteLine("no process and no file is left; all is well");
return 0;

/// <summary>Limits of this process, which its children inherit.</summary>
internal static partial class Limits
{
    private const int Core = 4;

    public static void NoCoreDumps() => _ = SetLimit(Core, new Limit());

    [LibraryImport("libc", EntryPoint = "setrlimit")]
    private static partial int SetLimit(int resource, in Limit limit);

    [StructLayout(LayoutKind.Sequential)]
    private struct Limit
    {
        public nuint Now;
        public nuint Most;
    }
}
