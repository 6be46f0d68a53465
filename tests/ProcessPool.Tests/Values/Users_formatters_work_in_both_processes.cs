namespace ProcessPool.Tests.Values;

internal sealed class Users_formatters_work_in_both_processes : PoolTests
{
    protected override PoolOptions Options => new() { Workers = 2, Formatters = [typeof(LinesFormatter)] };

    [Test]
    public void As_arguments_and_results()
    {
        var lengths = Pool.Map(reader => reader.ReadLine()!.Length, (TextReader[])[new StringReader("abc\n"), new StringReader("de")]);
        Assert.That(lengths, Is.EqualTo(new[] { 3, 2 }));
        Assert.That(Pool.Apply(() => (TextReader)new StringReader("back")).ReadToEnd(), Is.EqualTo("back"));
    }

    [Test]
    public void As_captured_variables()
    {
        TextReader captured = new StringReader("captured");
        Assert.That(Pool.Apply(() => captured.ReadToEnd()), Is.EqualTo("captured"));
    }

    [Test]
    public void As_what_captured_functions_captured()
    {
        TextReader captured = new StringReader("deep");
        Func<string> read = () => captured.ReadToEnd();
        Assert.That(Pool.Apply(() => read() + "er"), Is.EqualTo("deeper"));
    }

    [Test]
    public void As_the_object_a_method_is_called_on()
    {
        var account = new Account(5);
        Assert.That(Pool.Map(account.Add, [1, 2]), Is.EqualTo(new[] { 16, 17 }));
        Assert.That(account.MapAdd(Pool), Is.EqualTo(new[] { 16 }));
    }

    [Test]
    public void For_one_pool_and_not_for_another()
    {
        using var other = new Pool(1);
        Assert.That(() => other.Map(reader => 1, (TextReader[])[new StringReader("")]), Throws.TypeOf<ValueException>());
    }

    [Test]
    public async Task Their_faults_fail_one_item()
    {
        var results = Pool.MapAsync(number => new Account(number), [1, -1]);
        var failure = (await Assert.CatchAsync(async () => await results))!;
        Assert.That(failure.Message, Does.Contain("no debts"));
        Assert.That(failure.Data["ProcessPool.Item"], Is.EqualTo(1));
    }

    [Test]
    public void What_is_no_formatter_is_refused_at_once()
    {
        Assert.That(() => new Pool(new PoolOptions { Workers = 1, Formatters = [typeof(Account)] }), Throws.ArgumentException);
    }

    private sealed class LinesFormatter : IValueFormatter<TextReader, string>
    {
        public string ToData(TextReader value) => value.ReadToEnd();

        public TextReader FromData(string data) => new StringReader(data);
    }

    /// <summary>Its balance arrives increased by ten, which shows that the formatter was used and not the fields.</summary>
    [ValueFormatter(typeof(AccountFormatter))]
    private sealed class Account(int balance)
    {
        public int Balance => balance;

        public int Add(int amount) => balance + amount;

        public int[] MapAdd(Pool pool) => pool.Map(amount => balance + amount, [1]);
    }

    private sealed class AccountFormatter : IValueFormatter<Account, int>
    {
        public int ToData(Account value) => value.Balance < 0 ? throw new InvalidOperationException("no debts") : value.Balance;

        public Account FromData(int data) => new(data + 10);
    }
}
