using System.Globalization;

namespace ProcessPool.Values;

/// <summary>
/// A culture by its name, with the settings that were changed. A culture that cannot be made in this way is refused by the name of
/// the property that differs.
/// </summary>
internal static class CultureData
{
    public static (string Name, bool IsReadOnly, bool UserOverride, Dictionary<string, string[]>? Changes) Of(CultureInfo value) =>
        (value.Name, value.IsReadOnly, value.UseUserOverride, ChangesOf(value, value.UseUserOverride));

    public static CultureInfo ToCulture((string Name, bool IsReadOnly, bool UserOverride, Dictionary<string, string[]>? Changes) data)
    {
        var culture = new CultureInfo(data.Name, data.UserOverride);
        if (data.Changes is not null) CultureChanges.Apply(culture, data.Changes);
        return data.IsReadOnly ? CultureInfo.ReadOnly(culture) : culture;
    }

    /// <summary>The changes that were made to a culture; null if there are none.</summary>
    /// <exception cref="NotSupportedException">They cannot be made in another process.</exception>
    public static Dictionary<string, string[]>? ChangesOf(CultureInfo value, bool userOverride)
    {
        if (value.GetType() != typeof(CultureInfo))
            throw new NotSupportedException($"'{value.Name}' is a culture of the type {value.GetType()}; only cultures of the framework can be sent");
        var original = userOverride ? new CultureInfo(value.Name, true) : CultureInfo.GetCultureInfo(value.Name);
        if (UntouchedCulture.Is(value, original)) return null;
        var changes = CultureChanges.Find(value, original);
        if (changes is null) return null;
        if (FindDifference(value, Rebuild(value, userOverride, changes)) is { } difference)
            throw new NotSupportedException($"{difference} of the culture '{value.Name}' was changed to what it cannot be set to in another process");
        return changes;
    }

    private static CultureInfo? Rebuild(CultureInfo value, bool userOverride, Dictionary<string, string[]> changes)
    {
        try
        {
            return ToCulture((value.Name, true, userOverride, changes));
        }
        catch (BrokenValueException)
        {
            // For example a calendar of the user's own. The difference is named below.
            return null;
        }
    }

    private static string? FindDifference(CultureInfo value, CultureInfo? copy)
    {
        if (copy is null) return nameof(value.Calendar);
        return FindDifference(value.NumberFormat, copy.NumberFormat)
            ?? FindDifference(value.DateTimeFormat, copy.DateTimeFormat)
            ?? CultureChanges.Find(value, copy)?.Keys.First()
            ?? (value.Calendar.GetType() == copy.Calendar.GetType() && value.Calendar.TwoDigitYearMax == copy.Calendar.TwoDigitYearMax ? null : nameof(value.Calendar));
    }

    private static string? FindDifference<T>(T value, T copy)
        where T : class
    {
        foreach (var property in typeof(T).GetProperties())
        {
            if (property.GetMethod!.IsStatic || property.Name is "IsReadOnly") continue;
            var (here, there) = (property.GetValue(value), property.GetValue(copy));
            if (!AreSame(here, there)) return $"{typeof(T).Name}.{property.Name}";
        }

        return null;
    }

    /// <summary>Whether two values of a setting are the same.</summary>
    internal static bool AreSame(object? here, object? there) => (here, there) switch
    {
        (Array array, Array other) => array.Cast<object>().SequenceEqual(other.Cast<object>()),
        (Calendar calendar, Calendar other) => CalendarData.Of(calendar).AsSpan().SequenceEqual(CalendarData.Of(other)),
        _ => Equals(here, there),
    };
}
