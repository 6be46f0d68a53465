using System.Globalization;
using MessagePack;
using ProcessPool.Platform;
using ProcessPool.Values;

namespace ProcessPool.Jobs;

/// <summary>In what a function runs in a worker: its caller's culture and directory.</summary>
internal readonly record struct Surroundings(string Culture, string UICulture, string? Directory)
{
    /// <summary>Those of the thread that asks, now.</summary>
    /// <param name="directory">The pool's directory, which goes before; null if it has none.</param>
    public static Surroundings Here(string? directory) =>
        new(CultureInfo.CurrentCulture.Name, CultureInfo.CurrentUICulture.Name, directory ?? CurrentDirectory.OrNull);

    /// <summary>Three values of a frame.</summary>
    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteText(Culture);
        writer.WriteText(UICulture);
        writer.WriteText(Directory);
    }
}
