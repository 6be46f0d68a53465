using System.Runtime.InteropServices;

namespace ProcessPool.Coordinator.Examples;

/// <summary>Fills one matrix that all workers share: of each row only its sum comes back, as the rest is there already.</summary>
internal sealed class FillExample : Example<int, double>
{
    private readonly int _rows;
    private readonly int _columns;
    private readonly SharedArray<float> _matrix;
    private readonly double[] _sums;

    /// <summary>Makes the matrix.</summary>
    /// <exception cref="InsufficientMemoryException">It needs more memory than is available.</exception>
    public FillExample(int rows, int columns)
    {
        _rows = rows;
        _columns = columns;
        _matrix = SharedArray.Create<float>(rows, columns);
        _sums = new double[rows];
    }

    public override string Name => "fill";

    public override string Verb => "filled";

    public override string Unit => "rows";

    public override string Kind => $" of {_columns}";

    public override int Count => _rows;

    public override IEnumerable<int> Inputs => Enumerable.Range(0, _rows);

    public override Func<int, double> Function => FillRow(_matrix);

    public override string Findings => FormattableString.Invariant($"{Bytes} bytes, sum {_sums.Sum():G9}");

    public override IEnumerable<KeyValuePair<string, object>> Facts =>
    [
        new("columns", _columns), new("bytes", Bytes), new("sum", _sums.Sum()),
    ];

    public override void Take(int index, double result) => _sums[index] = result;

    public override string NameOf(int index) => $"row {index}";

    public override FillExample Again() => new(_rows, _columns);

    public override bool IsEqual(int index, Example<int, double> other)
    {
        FillExample there = (FillExample)other;
        return _sums[index].Equals(there._sums[index])
            && MemoryMarshal.AsBytes(_matrix.Row(index)).SequenceEqual(MemoryMarshal.AsBytes(there._matrix.Row(index)));
    }

    public override void Dispose() => _matrix.Dispose();

    private long Bytes => _matrix.Length * sizeof(float);

    /// <summary>The body of the loop: fills one row where it lies, and gives its sum.</summary>
    private static Func<int, double> FillRow(SharedArray<float> matrix) => row =>
    {
        Span<float> cells = matrix.Row(row);
        double sum = 0;
        for (int column = 0; column < cells.Length; column++)
        {
            cells[column] = (float)Math.Exp(Math.Sin(0.001 * row * column));
            sum += cells[column];
        }

        return sum;
    };
}
