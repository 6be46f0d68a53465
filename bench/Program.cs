using System.Globalization;
using ProcessPool.Bench;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (args is ["--echo"]) return RawPipe.Echo();
if (args is ["--first-result"]) return FirstResult.Run();
if (args is ["--native-threads"]) return await NativeThreads.RunAsync();

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
