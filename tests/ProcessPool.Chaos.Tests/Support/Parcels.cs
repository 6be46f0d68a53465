namespace ProcessPool.Chaos.Tests.Support;

/// <summary>An argument and result whose content can fail while it is sent or received.</summary>
internal sealed record Parcel(long Number)
{
    /// <summary>The name of the fault of the item; see <see cref="Support.Fault"/>.</summary>
    public string? Fault { get; init; }

    public Glass? Glass { get; init; }

    public Toy? Toy { get; init; }

    public Doll? Doll { get; init; }

    /// <summary>Enumerated when it is written.</summary>
    public IEnumerable<int>? Beads { get; init; }
}

/// <summary>A value that throws in the given process and in the given direction.</summary>
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

/// <summary>The declared type of a member in which a <see cref="Train"/> is sent.</summary>
internal class Toy
{
    public int Price;
}

internal sealed class Train : Toy;

/// <summary>An object that contains another of its kind, or itself.</summary>
internal sealed class Doll
{
    public object[] Within = [];

    public static Doll Deep()
    {
        var doll = new Doll();
        for (var i = 0; i < 600; i++) doll.Within = [doll.Within];
        return doll;
    }
}
