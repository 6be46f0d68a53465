using System.Globalization;
using ProcessPool.Bench;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;

// Programs that the benchmark starts to measure them.
switch (args)
{
    case ["--echo"]:
        return RawPipe.Echo();
    case ["--store"]:
        return RawPipe.Store();
    case ["--spin"]:
        return Spin.Run();
    case ["--first-result"]:
        return FirstResult.Run();
    case ["--imap-sustained"]:
        return await SustainedImap.RunAsync();
    case ["--map-memory"]:
        return await MapMemory.RunAsync();
    case ["--no-op-cost", var workers]:
        return await NoOpCost.RunAsync(int.Parse(workers));
    case ["--allocations"]:
        return await Allocations.RunAsync();
    case ["--native-threads"]:
        return await NativeThreads.RunAsync();
}

if (BenchOptions.Parse(args) is not { } options)
{
    Console.Error.WriteLine(BenchOptions.Usage);
    return 2;
}

try
{
    return await SideBySide.RunAsync(options);
}
catch (OperationCanceledException)
{
    return 130; // The exit code that shells expect after Ctrl+C.
}
catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
{
    Console.Error.WriteLine(e.Message);
    return 2;
}
