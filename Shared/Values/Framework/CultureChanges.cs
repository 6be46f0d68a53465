using System.Globalization;
using System.Reflection;

namespace ProcessPool.Values;

/// <summary>
/// The settings in which a culture differs from the culture of the same name. Each setting has the name of its property and the
/// text of its value, or of its values if it is an array.
/// </summary>
internal static class CultureChanges
{
    /// <summary>The formats for which a culture can have several patterns, all of which are parsed.</summary>
    private const string PatternFormats = "dDtTy";

    /// <summary>The calendars are first, because setting that of the dates resets the patterns and names.</summary>
    private static readonly Setting[] Settings =
    [
        new(
            "CultureInfo.Calendar.TwoDigitYearMax",
            static culture => TextsOf(culture.Calendar.TwoDigitYearMax),
            static (culture, texts) => culture.Calendar.TwoDigitYearMax = (int)ValueOf(texts, typeof(int))),
        .. SettingsOf(static culture => culture.NumberFormat),
        .. SettingsOf(static culture => culture.DateTimeFormat).OrderBy(static setting => setting.Name != "DateTimeFormatInfo.Calendar"),
        .. PatternFormats.Select(static format => new Setting(
            $"DateTimeFormatInfo.GetAllDateTimePatterns('{format}')",
            culture => culture.DateTimeFormat.GetAllDateTimePatterns(format),
            (culture, patterns) => culture.DateTimeFormat.SetAllDateTimePatterns(patterns, format))),
        new(
            "TextInfo.ListSeparator",
            static culture => [culture.TextInfo.ListSeparator],
            static (culture, texts) => culture.TextInfo.ListSeparator = texts[0]),
    ];

    private static readonly Dictionary<string, Setting> ByName = Settings.ToDictionary(static setting => setting.Name);

    /// <summary>What differs between two cultures of the same name; null if nothing does.</summary>
    public static Dictionary<string, string[]>? Find(CultureInfo culture, CultureInfo original)
    {
        Dictionary<string, string[]>? changes = null;
        foreach (var (name, get, _) in Settings)
        {
            var texts = get(culture);
            if (!texts.AsSpan().SequenceEqual(get(original))) (changes ??= [])[name] = texts;
        }

        return changes;
    }

    /// <summary>Makes the changes in a culture that is not read-only.</summary>
    /// <exception cref="BrokenValueException">There is no such setting, or it cannot have this value.</exception>
    public static void Apply(CultureInfo culture, Dictionary<string, string[]> changes)
    {
        foreach (var name in changes.Keys)
        {
            if (!ByName.ContainsKey(name)) throw new BrokenValueException($"Cultures have no setting '{name}'.");
        }

        try
        {
            foreach (var (name, _, set) in Settings)
            {
                if (changes.TryGetValue(name, out var texts)) set(culture, texts);
            }
        }
        catch (Exception e) when (e is ArgumentException or FormatException or OverflowException or IndexOutOfRangeException)
        {
            throw new BrokenValueException($"A changed culture '{culture.Name}' cannot be made: {e.Message}");
        }
    }

    /// <summary>All properties of a format that can be set.</summary>
    private static IEnumerable<Setting> SettingsOf<TFormat>(Func<CultureInfo, TFormat> format)
        where TFormat : notnull
    {
        foreach (var property in typeof(TFormat).GetProperties(BindingFlags.Instance | BindingFlags.Public))
        {
            if (!property.CanWrite) continue;
            yield return new Setting(
                $"{typeof(TFormat).Name}.{property.Name}",
                culture => TextsOf(property.GetValue(format(culture))),
                (culture, texts) => property.SetValue(format(culture), ValueOf(texts, property.PropertyType), BindingFlags.DoNotWrapExceptions, null, null, null));
        }
    }

    private static string[] TextsOf(object? value) => value switch
    {
        string text => [text],
        string[] texts => texts,
        int[] numbers => Array.ConvertAll(numbers, static number => number.ToString(CultureInfo.InvariantCulture)),
        Calendar calendar => CalendarData.Of(calendar),
        int or Enum => [Convert.ToInt32(value, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture)],
        _ => [],
    };

    private static object ValueOf(string[] texts, Type type)
    {
        if (type == typeof(string)) return texts[0];
        if (type == typeof(string[])) return texts;
        if (type == typeof(Calendar)) return CalendarData.ToCalendar(texts);
        if (type == typeof(int[])) return Array.ConvertAll(texts, static text => int.Parse(text, CultureInfo.InvariantCulture));
        var number = int.Parse(texts[0], CultureInfo.InvariantCulture);
        return type.IsEnum ? Enum.ToObject(type, number) : number;
    }

    private sealed record Setting(string Name, Func<CultureInfo, string[]> Get, Action<CultureInfo, string[]> Set);
}
