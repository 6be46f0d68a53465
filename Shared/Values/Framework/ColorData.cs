using System.Drawing;

namespace ProcessPool.Values;

/// <summary>A color the way it was created: a named color differs from an unnamed one with the same components.</summary>
internal static class ColorData
{
    public static (KnownColor Known, string? Name, int? Argb) Of(Color value) => value switch
    {
        { IsEmpty: true } => (0, null, null),
        { IsKnownColor: true } => (value.ToKnownColor(), null, null),
        { IsNamedColor: true } => (0, value.Name, null),
        _ => (0, null, value.ToArgb()),
    };

    public static Color ToColor((KnownColor Known, string? Name, int? Argb) data) => data switch
    {
        ( > 0, _, _) => Color.FromKnownColor(data.Known),
        (_, { } name, _) => Color.FromName(name),
        (_, _, { } argb) => Color.FromArgb(argb),
        _ => Color.Empty,
    };
}
