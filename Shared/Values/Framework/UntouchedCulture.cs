using System.Globalization;
using System.Reflection;

namespace ProcessPool.Values;

/// <summary>
/// Finds out quickly that nothing was set in a culture, as in the one that a program starts with. <see cref="CultureChanges"/> would
/// call all properties twice by reflection, for which the runtime compiles fifty stubs: 5 ms in each program that starts a pool.
/// </summary>
internal static class UntouchedCulture
{
    private const int NotComputedYet = -1;

    /// <summary>Whether nothing was set. False may also mean that this is not known.</summary>
    /// <param name="culture">The culture.</param>
    /// <param name="original">The culture of the same name.</param>
    public static bool Is(CultureInfo culture, CultureInfo original)
    {
        if (ReferenceEquals(culture, original) || ReferenceEquals(culture, CultureInfo.InvariantCulture)) return true;

        // On Windows, users choose settings of their own for a culture, which do not show as set here.
        return !OperatingSystem.IsWindows()
            && culture.TextInfo.ListSeparator == original.TextInfo.ListSeparator
            && CultureData.AreSame(culture.Calendar, original.Calendar)
            && IsUntouched(culture.NumberFormat, original.NumberFormat)
            && IsUntouched(culture.DateTimeFormat, original.DateTimeFormat);
    }

    /// <summary>Formats compute most of their fields from the culture's data when they are first asked for. Until then, nothing has set them.</summary>
    private static bool IsUntouched<T>(T format, T original)
    {
        foreach (var field in typeof(T).GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic))
        {
            var value = field.GetValue(format);
            if (value is not (null or NotComputedYet) && !IsSame(value, field.GetValue(original))) return false;
        }

        return true;
    }

    /// <summary>A culture, what it compares by and its data are the same for the same name.</summary>
    private static bool IsSame(object value, object? original) =>
        value is CultureInfo or CompareInfo || value.GetType().Name == "CultureData" || CultureData.AreSame(value, original);
}
