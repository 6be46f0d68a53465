using System.Globalization;
using ProcessPool.Bench;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (args is ["--echo"]) return RawPipe.Echo();
if (args is ["--first-result"]) return FirstResult.Run();

if (BenchOptions.Parse(args) is not { } options)
{
    Console.Error.WriteLine(BenchOptions.Usage);
    return 2;
}

return await SideBySide.RunAsync(options);
