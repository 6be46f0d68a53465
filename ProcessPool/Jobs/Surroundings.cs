using System.Globalization;
using MessagePack;
using ProcessPool.Platform;
using ProcessPool.Values;

namespace ProcessPool.Jobs;

/// <summary>The culture and the directory of a caller, in which its function runs in a worker.</summary>
internal readonly record struct Surroundings(string Culture, string UICulture, string? Directory)
{
    /// <summary>The current culture and directory of the calling thread.</summary>
    /// <param name="directory">The pool's directory, which overrides the current one; null if the pool has none.</param>
    public static Surroundings Here(string? directory) =>
        new(CultureInfo.CurrentCulture.Name, CultureInfo.CurrentUICulture.Name, directory ?? CurrentDirectory.OrNull);

    /// <summary>Writes three values of a frame.</summary>
    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteText(Culture);
        writer.WriteText(UICulture);
        writer.WriteText(Directory);
    }
}
