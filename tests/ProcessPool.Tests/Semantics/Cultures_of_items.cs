using System.Globalization;

namespace ProcessPool.Tests.Semantics;

/// <summary>An item reads and writes numbers and dates as the loop of its caller would.</summary>
[NonParallelizable]
[TestFixture(1)]
[TestFixture(0)]
internal sealed class Cultures_of_items(int workers)
{
    private static readonly DateTime Moment = new(2026, 3, 9, 14, 5, 7);

    private Pool _pool = null!;
    private (CultureInfo Culture, CultureInfo UICulture) _before;

    private static IEnumerable<TestCaseData> Changes()
    {
        yield return Change("nothing", "de-DE", static _ => { });
        yield return Change("the decimal separator", "de-DE", static culture => culture.NumberFormat.NumberDecimalSeparator = ".");
        yield return Change("the invariant culture", "", static culture => culture.NumberFormat.NumberDecimalSeparator = "#");
        yield return Change("signs and groups", "en-US", static culture =>
        {
            culture.NumberFormat.NegativeSign = "~";
            culture.NumberFormat.NumberGroupSizes = [2, 3, 0];
            culture.NumberFormat.NativeDigits = ["٠", "١", "٢", "٣", "٤", "٥", "٦", "٧", "٨", "٩"];
            culture.NumberFormat.NumberNegativePattern = 3;
        });
        yield return Change("patterns of dates", "en-US", static culture =>
        {
            culture.DateTimeFormat.ShortDatePattern = "yyyy|MM|dd";
            culture.DateTimeFormat.LongTimePattern = "ss.mm.HH";
            culture.DateTimeFormat.SetAllDateTimePatterns(["yyyy|MM|dd", "dd_MM_yyyy"], 'd');
        });
        yield return Change("names of days and months", "fr-FR", static culture =>
        {
            culture.DateTimeFormat.DayNames = ["d0", "d1", "d2", "d3", "d4", "d5", "d6"];
            culture.DateTimeFormat.MonthGenitiveNames = culture.DateTimeFormat.MonthNames = [.. Enumerable.Range(1, 13).Select(static month => $"m{month}")];
            culture.DateTimeFormat.FirstDayOfWeek = DayOfWeek.Thursday;
        });
        yield return Change("the calendar", "ar-SA", static culture => culture.DateTimeFormat.Calendar = culture.OptionalCalendars.OfType<GregorianCalendar>().First());
        yield return Change("another calendar and then a pattern", "th-TH", static culture =>
        {
            culture.DateTimeFormat.Calendar = new GregorianCalendar { TwoDigitYearMax = 2099 };
            culture.DateTimeFormat.ShortDatePattern = "yy MM dd";
        });
        yield return Change("the list separator", "de-DE", static culture => culture.TextInfo.ListSeparator = "@");
    }

    [SetUp]
    public void Remember()
    {
        _before = (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture);
        _pool = new Pool(workers);
    }

    [TearDown]
    public async Task Forget()
    {
        (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture) = _before;
        await _pool.DisposeAsync();
    }

    [TestCaseSource(nameof(Changes))]
    public async Task Are_those_of_the_caller_with_all_that_was_changed(string name, Action<CultureInfo> change, bool isReadOnly)
    {
        var culture = new CultureInfo(name);
        change(culture);
        CultureInfo.CurrentCulture = isReadOnly ? CultureInfo.ReadOnly(culture) : culture;
        CultureInfo.CurrentUICulture = culture;
        string[] loop = [.. Enumerable.Range(0, 3).Select(Describe)];
        Assert.That(_pool.Map(Describe, Enumerable.Range(0, 3)), Is.EqualTo(loop));
        Assert.That(await _pool.Imap(Describe, Enumerable.Range(0, 3)).ToBlockingEnumerable().ToAsyncEnumerable().ToListAsync(), Is.EqualTo(loop));
        Assert.That(await _pool.ApplyAsync(static () => Task.Run(static () => Describe(1))), Is.EqualTo(loop[1]), "on other threads");
    }

    [Test]
    public void Are_told_apart_by_their_content_and_not_by_their_name()
    {
        foreach (var separator in (string[])[".", ",", "#", ".", ","])
        {
            CultureInfo.CurrentCulture = new CultureInfo("de-DE") { NumberFormat = { NumberDecimalSeparator = separator } };
            Assert.That(_pool.Apply(static () => $"{1.5}"), Is.EqualTo($"1{separator}5"));
        }

        var changing = new CultureInfo("de-DE");
        CultureInfo.CurrentCulture = changing;
        Assert.That(_pool.Apply(static () => $"{1.5}"), Is.EqualTo("1,5"));
        changing.NumberFormat.NumberDecimalSeparator = "'";
        Assert.That(_pool.Apply(static () => $"{1.5}"), Is.EqualTo("1'5"));
    }

    [Test]
    public void That_cannot_be_sent_are_refused_by_name()
    {
        CultureInfo.CurrentCulture = new OwnCulture();
        Assert.That(() => _pool.Apply(static () => 1), Throws.TypeOf<ValueException>().With.Message.Contains("CurrentCulture").And.Message.Contains(nameof(OwnCulture)));
        var culture = new CultureInfo("de-DE");
        culture.Calendar.TwoDigitYearMax = 2050;
        CultureInfo.CurrentCulture = _before.Culture;
        CultureInfo.CurrentUICulture = new OwnCulture();
        Assert.That(() => _pool.Map(static x => x, [1]), Throws.TypeOf<ValueException>().With.Message.Contains("CurrentUICulture"));
    }

    [Test]
    public void Cannot_be_changed_for_the_next_item()
    {
        CultureInfo.CurrentCulture = new CultureInfo("de-DE") { NumberFormat = { NumberDecimalSeparator = "." } };
        Assert.That(
            () => _pool.Apply(static () => CultureInfo.CurrentCulture.NumberFormat.NumberDecimalSeparator = "!"),
            Throws.InvalidOperationException.With.Message.Contains("read-only"));
        Assert.That(_pool.Apply(static () => $"{1.5}"), Is.EqualTo("1.5"));
    }

    [Test]
    public async Task Are_the_options_where_these_name_one()
    {
        CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("fr-FR");
        await using var pool = new Pool(new PoolOptions
        {
            Workers = workers,
            Culture = new CultureInfo("de-DE") { NumberFormat = { NumberDecimalSeparator = "#" } },
            UICulture = CultureInfo.GetCultureInfo("ja-JP"),
            Initializer = static () => $"{1.5} {CultureInfo.CurrentUICulture}",
        });
        Assert.That(pool.Map(static _ => $"{WorkerContext.State<string>()} {1.5} {CultureInfo.CurrentUICulture}", [1, 2]), Is.All.EqualTo("1#5 ja-JP 1#5 ja-JP"));
    }

    [Test]
    public async Task Are_the_initializers_if_it_sets_one_whatever_options_and_callers_have()
    {
        await using var pool = new Pool(new PoolOptions
        {
            Workers = workers,
            Culture = CultureInfo.GetCultureInfo("en-US"),
            Initializer = static () => CultureInfo.CurrentCulture = new CultureInfo("de-DE") { NumberFormat = { NumberDecimalSeparator = "#" } },
        });
        foreach (var caller in (string[])["fr-FR", "en-US", ""])
        {
            (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture) = (CultureInfo.GetCultureInfo(caller), CultureInfo.GetCultureInfo(caller));
            Assert.That(pool.Map(static _ => $"{1.5} {CultureInfo.CurrentUICulture.Name}", [1, 2]), Is.All.EqualTo($"1#5 {caller}"));
        }
    }

    private static TestCaseData Change(string name, string culture, Action<CultureInfo> change) =>
        new TestCaseData(culture, change, name.Length % 2 == 0).SetArgDisplayNames(name);

    private static string Describe(int item)
    {
        var format = CultureInfo.CurrentCulture.DateTimeFormat;
        var texts = string.Join(";", format.Calendar.GetType().Name, format.Calendar.TwoDigitYearMax, format.FirstDayOfWeek, CultureInfo.CurrentCulture.TextInfo.ListSeparator);
        var patterns = string.Join(";", format.GetAllDateTimePatterns('d'));
        var parsed = DateTime.TryParse(Moment.ToString("d", CultureInfo.CurrentCulture), out var date) ? date.ToString("O", CultureInfo.InvariantCulture) : "none";
        return $"{item} {-1234567.891:N3} {1.5} {double.Parse($"{1.25}")} {Moment:F} {Moment:d} {Moment:T} {parsed} {texts} {patterns} {CultureInfo.CurrentUICulture.NumberFormat.NegativeSign}";
    }

    private sealed class OwnCulture() : CultureInfo("de-DE");
}
