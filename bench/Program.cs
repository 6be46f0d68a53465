using System.Globalization;
using ProcessPool.Bench;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (args is ["--echo"]) return RawPipe.Echo();
if (args is ["--first-result"]) return FirstResult.Run();

var rounds = 5;
if (args is ["--rounds", var number] && int.TryParse(number, out var asked) && asked > 0) rounds = asked;
else if (args.Length > 0)
{
    Console.Error.WriteLine("usage: ./run.sh bench [--rounds N]");
    return 2;
}

await Table.RunAsync(rounds);
return 0;
