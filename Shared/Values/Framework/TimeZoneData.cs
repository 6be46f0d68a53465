namespace ProcessPool.Values;

/// <summary>A time zone by its id if the system has the same one, otherwise with all its rules.</summary>
internal static class TimeZoneData
{
    public static (bool IsName, string Text) Of(TimeZoneInfo value)
    {
        if (TimeZoneInfo.TryFindSystemTimeZoneById(value.Id, out var known) && IsSame(value, known)) return (true, value.Id);
        var text = value.ToSerializedString();
        return IsSame(value, TimeZoneInfo.FromSerializedString(text))
            ? (false, text)
            : throw new NotSupportedException($"the rules of the time zone '{value.Id}' cannot be serialized exactly; send its id");
    }

    public static TimeZoneInfo ToTimeZone((bool IsName, string Text) data) =>
        data.IsName ? TimeZoneInfo.FindSystemTimeZoneById(data.Text) : TimeZoneInfo.FromSerializedString(data.Text);

    private static bool IsSame(TimeZoneInfo one, TimeZoneInfo other) =>
        one.Equals(other) && one.DisplayName == other.DisplayName && one.StandardName == other.StandardName && one.DaylightName == other.DaylightName;
}
