using System.Globalization;

namespace ProcessPool.Values;

/// <summary>A culture by its name. A culture whose formats were changed is refused.</summary>
internal static class CultureData
{
    public static (string Name, bool IsReadOnly, bool UserOverride) Of(CultureInfo value)
    {
        var data = (value.Name, value.IsReadOnly, value.UseUserOverride);
        if (!value.IsReadOnly && FindChange(value, ToCulture(data)) is { } change)
            throw new NotSupportedException($"{change} of the culture '{value.Name}' was changed; send the culture's name and make the change inside the function");
        return data;
    }

    public static CultureInfo ToCulture((string Name, bool IsReadOnly, bool UserOverride) data)
    {
        var culture = new CultureInfo(data.Name, data.UserOverride);
        return data.IsReadOnly ? CultureInfo.ReadOnly(culture) : culture;
    }

    private static string? FindChange(CultureInfo value, CultureInfo original) =>
        FindChange(value.NumberFormat, original.NumberFormat)
        ?? FindChange(value.DateTimeFormat, original.DateTimeFormat)
        ?? (value.Calendar.GetType() == original.Calendar.GetType() ? null : nameof(value.Calendar));

    private static string? FindChange<T>(T value, T original)
        where T : class
    {
        foreach (var property in typeof(T).GetProperties())
        {
            if (property.GetMethod!.IsStatic || property.Name is "IsReadOnly") continue;
            var (here, there) = (property.GetValue(value), property.GetValue(original));
            var same = here switch
            {
                Array array => array.Cast<object>().SequenceEqual(((Array)there!).Cast<object>()),
                Calendar calendar => calendar.GetType() == there!.GetType(),
                _ => Equals(here, there),
            };
            if (!same) return $"{typeof(T).Name}.{property.Name}";
        }

        return null;
    }
}
