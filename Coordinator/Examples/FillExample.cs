using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace ProcessPool.Coordinator.Examples;

/// <summary>Fills one matrix that all workers share. Each worker writes its rows in place, so only the sum of a row comes back.</summary>
/// <exception cref="InsufficientMemoryException">The matrix needs more memory than is available.</exception>
internal sealed class FillExample(int rows, int columns)
    : Example<int, double>(new ExampleWords("fill", "filled", "rows", $" of {columns}"), Enumerable.Range(0, rows), rows)
{
    private readonly SharedArray<float> _matrix = SharedArray.Create<float>(rows, columns);
    private readonly double[] _sums = new double[rows];

    public override Func<int, double> Function => row => FillRow(row, _matrix);

    /// <summary>The body of the loop: fills one row in place, and returns its sum.</summary>
    private static double FillRow(int row, SharedArray<float> matrix) => FillRow(0.001 * row, matrix.Row(row));

    /// <summary>Fills cells with <c>exp(sin(step * column))</c>, computed in double as numpy does, and returns their sum.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static double FillRow(double step, Span<float> cells)
    {
        Vector512<double> columns = Vector512.CreateSequence(0.0, 1.0), sum = default;
        int column = 0;
        for (; column <= cells.Length - Vector512<float>.Count; column += Vector512<float>.Count)
        {
            Vector512<float> values = Values(columns, step);
            values.CopyTo(cells[column..]);
            (Vector512<double> lower, Vector512<double> upper) = Vector512.Widen(values);
            sum += lower + upper;
            columns += Vector512.Create((double)Vector512<float>.Count);
        }

        double total = Vector512.Sum(sum);
        Vector512<float> last = Values(columns, step);
        for (int i = 0; column < cells.Length; column++, i++)
        {
            cells[column] = last[i];
            total += cells[column];
        }

        return total;
    }

    /// <summary>The values of as many columns as a vector of floats has, from the first one of <paramref name="columns"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Values(Vector512<double> columns, double step) => Vector512.Narrow(
        SineExponential.Of(columns * step),
        SineExponential.Of((columns + Vector512.Create((double)Vector512<double>.Count)) * step));

    public override void Take(int index, double result) => _sums[index] = result;

    public override string NameOf(int index) => $"row {index}";

    public override string Findings => FormattableString.Invariant($"{Bytes} bytes, sum {_sums.Sum():G9}");

    public override IEnumerable<KeyValuePair<string, object>> Facts =>
    [
        new("columns", columns), new("bytes", Bytes), new("sum", _sums.Sum()),
    ];

    public override FillExample Again() => new(Count, columns);

    public override bool IsEqual(int index, Example<int, double> other)
    {
        FillExample there = (FillExample)other;
        return _sums[index].Equals(there._sums[index])
            && MemoryMarshal.AsBytes(_matrix.Row(index)).SequenceEqual(MemoryMarshal.AsBytes(there._matrix.Row(index)));
    }

    public override void Dispose() => _matrix.Dispose();

    private long Bytes => _matrix.Length * sizeof(float);
}
