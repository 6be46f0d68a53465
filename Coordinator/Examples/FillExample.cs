using System.Runtime.InteropServices;

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
    private static double FillRow(int row, SharedArray<float> matrix)
    {
        Span<float> cells = matrix.Row(row);
        double sum = 0;
        for (int column = 0; column < cells.Length; column++)
        {
            cells[column] = (float)Math.Exp(Math.Sin(0.001 * row * column));
            sum += cells[column];
        }

        return sum;
    }

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
