namespace ProcessPool.Conformance.Tests.Support;

/// <summary>The harm that a value does when it is written or read.</summary>
internal enum Harm
{
    None,
    Error,
    Exit,
    Crash,
}

/// <summary>
/// A value that does harm on its way: an argument is written in the coordinator and read in the worker, a result the other way.
/// </summary>
[ValueFormatter(typeof(Formatter))]
internal sealed record Hazard(Harm WhenWritten, Harm WhenRead = Harm.None)
{
    public const int ExitCode = 17;

    public static void Do(Harm harm)
    {
        switch (harm)
        {
            case Harm.Error:
                throw new InvalidDataException("It does not travel.");
            case Harm.Exit:
                Environment.Exit(ExitCode);
                break;
            case Harm.Crash:
                Work.Crash();
                break;
        }
    }

    public sealed class Formatter : IValueFormatter<Hazard, (Harm, Harm)>
    {
        public (Harm, Harm) ToData(Hazard value)
        {
            Do(value.WhenWritten);
            return (value.WhenWritten, value.WhenRead);
        }

        public Hazard FromData((Harm, Harm) data)
        {
            Do(data.Item2);
            return new Hazard(data.Item1, data.Item2);
        }
    }
}
