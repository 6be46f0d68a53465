using System.Globalization;

namespace ProcessPool.Values;

/// <summary>A calendar as the name of its type, its last two-digit year, and the setting that two of them have.</summary>
internal static class CalendarData
{
    /// <summary>The data of a calendar; of one that is not the framework's, a name that no calendar has.</summary>
    public static string[] Of(Calendar calendar)
    {
        var type = calendar.GetType();
        return
        [
            type.Assembly == typeof(Calendar).Assembly ? type.Name : type.FullName!,
            Text(calendar.TwoDigitYearMax),
            Text(calendar switch
            {
                GregorianCalendar gregorian => (int)gregorian.CalendarType,
                HijriCalendar hijri => hijri.HijriAdjustment,
                _ => 0,
            }),
        ];
    }

    /// <exception cref="ArgumentException">There is no such calendar.</exception>
    public static Calendar ToCalendar(string[] data)
    {
        if (data.Length != 3) throw new ArgumentException("The data of a calendar has three parts.");
        var setting = int.Parse(data[2], CultureInfo.InvariantCulture);
        Calendar calendar = data[0] switch
        {
            nameof(GregorianCalendar) => new GregorianCalendar((GregorianCalendarTypes)setting),
            nameof(HijriCalendar) => new HijriCalendar { HijriAdjustment = setting },
            nameof(HebrewCalendar) => new HebrewCalendar(),
            nameof(JapaneseCalendar) => new JapaneseCalendar(),
            nameof(JulianCalendar) => new JulianCalendar(),
            nameof(KoreanCalendar) => new KoreanCalendar(),
            nameof(PersianCalendar) => new PersianCalendar(),
            nameof(TaiwanCalendar) => new TaiwanCalendar(),
            nameof(ThaiBuddhistCalendar) => new ThaiBuddhistCalendar(),
            nameof(UmAlQuraCalendar) => new UmAlQuraCalendar(),
            var name => throw new ArgumentException($"No culture can have the calendar {name}."),
        };
        calendar.TwoDigitYearMax = int.Parse(data[1], CultureInfo.InvariantCulture);
        return calendar;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
