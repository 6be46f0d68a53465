using ProcessPool.Coordinator.Examples;

namespace ProcessPool.Coordinator.Tests.Examples;

internal sealed class FillExampleTests
{
    /// <summary>Rows up to the largest product of row and column that the command can fill in a terabyte.</summary>
    [Test]
    public void Cells_are_those_of_the_plain_formula_to_the_last_place_of_a_float(
        [Values(0, 1, 2, 17, 999, 3999, 15_999, 1_000_000, 20_000_000)] int row)
    {
        float[] cells = new float[4001];

        double sum = FillExample.FillRow(0.001 * row, cells);

        int[] differences = [.. cells.Select((cell, column) => Math.Abs(
            BitConverter.SingleToInt32Bits(cell) - BitConverter.SingleToInt32Bits((float)Math.Exp(Math.Sin(0.001 * row * column)))))];
        Assert.That(differences.Max(), Is.LessThanOrEqualTo(1));
        Assert.That(sum, Is.EqualTo(cells.Sum(cell => (double)cell)).Within(1e-9).Percent);
    }

    [Test]
    public void Rows_of_every_length_are_filled([Range(0, 40)] int columns)
    {
        float[] cells = new float[columns];
        Array.Fill(cells, float.NaN);

        double sum = FillExample.FillRow(0.7, cells);

        Assert.That(cells, Is.EqualTo(Enumerable.Range(0, columns).Select(column => (float)Math.Exp(Math.Sin(0.7 * column)))).Within(1).Ulps);
        Assert.That(sum, Is.EqualTo(cells.Sum(cell => (double)cell)).Within(1e-9).Percent);
    }

    [Test]
    public void The_function_is_within_some_places_of_a_double()
    {
        double worst = 0;
        for (int i = 0; i < 200_000; i++)
        {
            double x = i < 100_000 ? i * 0.000_123 : i * 411.7;
            double expected = Math.Exp(Math.Sin(x));
            worst = Math.Max(worst, Math.Abs(SineExponential.Of(System.Runtime.Intrinsics.Vector512.Create(x))[0] - expected) / expected);
        }

        Assert.That(worst, Is.LessThan(1e-15));
    }
}
