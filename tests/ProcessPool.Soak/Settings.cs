using System.Globalization;

namespace ProcessPool.Soak;

/// <summary>The options of the command line.</summary>
internal sealed record Settings
{
    public int Seconds { get; private init; } = 60;

    public int Workers { get; private init; } = 4;

    public int Seed { get; private init; } = Random.Shared.Next();

    public static string Help => """
        soak [--seconds S] [--workers N] [--seed SEED]
          Calls of all kinds at the same time, again and again, while workers are killed and stopped from outside and crash from inside.
          Each item must become what its description says, or what was done to its worker explains.
          --seconds S   how long; default 60. A short round before it, which is not counted, and what still runs then come on top.
          --workers N   default 4
          --seed SEED   which calls and items; default random. When things happen is chance.
        Exit code: 0 all is well; 1 something is not, and what is printed; 2 wrong arguments.
        """;

    /// <returns>Null if they are wrong, or help is wanted.</returns>
    public static Settings? Parse(string[] args)
    {
        var settings = new Settings();
        for (var i = 0; i < args.Length; i += 2)
        {
            if (i + 1 == args.Length || !int.TryParse(args[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return null;
            switch (args[i])
            {
                case "--seconds" when number > 0:
                    settings = settings with { Seconds = number };
                    break;
                case "--workers" when number is > 0 and <= 256:
                    settings = settings with { Workers = number };
                    break;
                case "--seed":
                    settings = settings with { Seed = number };
                    break;
                default:
                    return null;
            }
        }

        return settings;
    }
}
