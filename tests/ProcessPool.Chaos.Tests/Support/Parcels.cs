namespace ProcessPool.Chaos.Tests.Support;

/// <summary>An argument and result whose content can fail on its way.</summary>
internal sealed record Parcel(long Number)
{
    /// <summary>What the item is to do wrong; see <see cref="Fault"/>.</summary>
    public string? Fault { get; init; }

    public Glass? Glass { get; init; }

    public Toy? Toy { get; init; }

    public Doll? Doll { get; init; }

    /// <summary>Enumerated when it is written.</summary>
    public IEnumerable<int>? Beads { get; init; }
}

/// <summary>Breaks in the process and in the direction that it says.</summary>
[ValueFormatter(typeof(Formatter))]
internal sealed record Glass(bool InWorker, bool WhenWritten)
{
    private static bool IsWorker => Environment.GetEnvironmentVariable("PROCESSPOOL_DEPTH") is not null;

    private void Break(bool written)
    {
        if (InWorker == IsWorker && WhenWritten == written) throw new InvalidDataException("It broke.");
    }

    public sealed class Formatter : IValueFormatter<Glass, (bool, bool)>
    {
        public (bool, bool) ToData(Glass value)
        {
            value.Break(written: true);
            return (value.InWorker, value.WhenWritten);
        }

        public Glass FromData((bool, bool) data)
        {
            var glass = new Glass(data.Item1, data.Item2);
            glass.Break(written: false);
            return glass;
        }
    }
}

/// <summary>Declared where a <see cref="Train"/> is sent.</summary>
internal class Toy
{
    public int Price;
}

internal sealed class Train : Toy;

/// <summary>One within the other.</summary>
internal sealed class Doll
{
    public Doll? Within;

    public static Doll Endless()
    {
        var doll = new Doll();
        doll.Within = doll;
        return doll;
    }
}
