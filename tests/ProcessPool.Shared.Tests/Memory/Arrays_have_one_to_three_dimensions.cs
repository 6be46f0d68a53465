namespace ProcessPool.Tests.Memory;

internal sealed class Arrays_have_one_to_three_dimensions
{
    [Test]
    public void A_new_array_is_of_zeros()
    {
        using var array = SharedArray.Create<double>(1000);
        Assert.That((array.Rank, array.Length, array.GetLength(0)), Is.EqualTo((1, 1000L, 1000L)));
        Assert.That(array.ToArray(), Is.All.Zero);
    }

    [Test]
    public void Elements_of_one_dimension()
    {
        using var array = SharedArray.Create<int>(10);
        for (var i = 0; i < array.Length; i++) array[i] = i * i;
        array[3]++;
        Assert.That(array.ToArray(), Is.EqualTo(new[] { 0, 1, 4, 10, 16, 25, 36, 49, 64, 81 }));
        Assert.That(() => array[10], Throws.TypeOf<IndexOutOfRangeException>());
        Assert.That(() => array[-1], Throws.TypeOf<IndexOutOfRangeException>());
        Assert.That(() => array[0, 0], Throws.TypeOf<RankException>());
        Assert.That(() => array[0, 0, 0], Throws.TypeOf<RankException>());
        Assert.That(() => array.Row(0).Length, Throws.TypeOf<RankException>());
        Assert.That(() => array.GetLength(1), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void A_matrix_lies_row_by_row()
    {
        using var matrix = SharedArray.Create<short>(3, 4);
        Assert.That((matrix.Rank, matrix.Length, matrix.GetLength(0), matrix.GetLength(1)), Is.EqualTo((2, 12L, 3L, 4L)));
        for (var row = 0; row < 3; row++)
        {
            for (var column = 0; column < 4; column++) matrix[row, column] = (short)((10 * row) + column);
        }

        Assert.That(matrix.ToArray(), Is.EqualTo(new[] { 0, 1, 2, 3, 10, 11, 12, 13, 20, 21, 22, 23 }));
        Assert.That(matrix.Row(1).ToArray(), Is.EqualTo(new[] { 10, 11, 12, 13 }));
        Assert.That(matrix.AsSpan(3, 2).ToArray(), Is.EqualTo(new[] { 3, 10 }));
        foreach (var (row, column) in new[] { (3, 0), (0, 4), (-1, 0), (0, -1) })
            Assert.That(() => matrix[row, column], Throws.TypeOf<IndexOutOfRangeException>());
        Assert.That(() => matrix.Row(3).Length, Throws.TypeOf<IndexOutOfRangeException>());
        Assert.That(() => matrix[0], Throws.TypeOf<RankException>());
        Assert.That(() => matrix.Plane(0), Throws.TypeOf<RankException>());
    }

    [Test]
    public void Three_dimensions_lie_plane_by_plane()
    {
        using var stack = SharedArray.Create<int>(2, 3, 4);
        stack.Span[23] = 7;
        stack[1, 0, 2] = 8;
        Assert.That((stack[1, 2, 3], stack.Span[14], stack.Length), Is.EqualTo((7, 8, 24L)));
        Assert.That(stack.Row(1, 2).ToArray(), Is.EqualTo(new[] { 0, 0, 0, 7 }));
        var plane = stack.Plane(1);
        Assert.That((plane.Rank, plane.GetLength(0), plane.GetLength(1), plane[0, 2], plane[2, 3]), Is.EqualTo((2, 3L, 4L, 8, 7)));
        foreach (var (i, j, k) in new[] { (2, 0, 0), (0, 3, 0), (0, 0, 4), (-1, 0, 0) })
            Assert.That(() => stack[i, j, k], Throws.TypeOf<IndexOutOfRangeException>());
        Assert.That(() => stack.Plane(2), Throws.TypeOf<IndexOutOfRangeException>());
        Assert.That(() => stack.Row(0, 3).Length, Throws.TypeOf<IndexOutOfRangeException>());
        Assert.That(() => stack.Row(0).Length, Throws.TypeOf<RankException>());
    }

    [Test]
    public void A_slice_is_the_same_memory()
    {
        using var array = SharedArray.Create<int>(10);
        var middle = array.Slice(3, 4);
        middle.Fill(5);
        middle.Slice(1, 2)[0] = 6;
        Assert.That(array.ToArray(), Is.EqualTo(new[] { 0, 0, 0, 5, 6, 5, 5, 0, 0, 0 }));
        Assert.That(() => middle[4], Throws.TypeOf<IndexOutOfRangeException>());
        Assert.That(array.Slice(10, 0).Length, Is.Zero);
        foreach (var (start, count) in new[] { (11L, 0L), (0, 11), (-1, 1), (1, -1), (1, long.MaxValue) })
            Assert.That(() => array.Slice(start, count), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void A_slice_of_a_matrix_is_of_whole_rows()
    {
        using var matrix = SharedArray.Create<int>(5, 2);
        var rows = matrix.Slice(1, 3);
        Assert.That((rows.Rank, rows.GetLength(0), rows.GetLength(1)), Is.EqualTo((2, 3L, 2L)));
        rows[2, 1] = 9;
        Assert.That(matrix[3, 1], Is.EqualTo(9));
    }

    [Test]
    public void Whole_arrays_are_copied_and_filled()
    {
        using var array = SharedArray.Create<long>(2, 2);
        using var other = SharedArray.Create<long>(4);
        array.Fill(3);
        array.CopyTo(other);
        var copy = new long[5];
        other.CopyTo(copy);
        Assert.That(copy, Is.EqualTo(new long[] { 3, 3, 3, 3, 0 }));
        Assert.That(() => array.CopyTo(new long[3]), Throws.ArgumentException);
        Assert.That(() => array.CopyTo(other.Slice(0, 3)), Throws.ArgumentException);
    }

    [Test]
    public void An_array_may_be_longer_than_two_gibibytes()
    {
        const long length = (1L << 31) + 1000;
        using var array = SharedArray.Create<byte>(length);
        array[length - 1] = 7;
        array[(long)int.MaxValue + 5] = 8;
        Assert.That(array.AsSpan(length - 1000, 1000)[999], Is.EqualTo(7));
        Assert.That(array.Slice(int.MaxValue, 10)[5], Is.EqualTo(8));
        Assert.That(() => array.Span.Length, Throws.InvalidOperationException.With.Message.Contains("AsSpan"));
        Assert.That(() => array.ToArray(), Throws.InvalidOperationException);
        Assert.That(() => array[length], Throws.TypeOf<IndexOutOfRangeException>());
    }

    [Test]
    public void So_may_a_matrix_whose_rows_fit()
    {
        using var matrix = SharedArray.Create<double>(70_000, 4096);
        matrix[69_999, 4095] = 1.5;
        Assert.That(matrix.Length * sizeof(double), Is.GreaterThan(1L << 31));
        Assert.That(matrix.Row(69_999)[^1], Is.EqualTo(1.5));
        Assert.That(matrix.Slice(69_999, 1)[0, 4095], Is.EqualTo(1.5));
    }

    [Test]
    public void An_array_may_be_empty()
    {
        using var array = SharedArray.Create<int>(0);
        Assert.That((array.Length, array.Span.Length, array.ToArray().Length), Is.EqualTo((0L, 0, 0)));
        array.Fill(1);
        Assert.That(() => array[0], Throws.TypeOf<IndexOutOfRangeException>());
        using var matrix = SharedArray.Create<int>(3, 0);
        Assert.That(matrix.Row(2).Length, Is.Zero);
    }

    [Test]
    public void Lengths_out_of_range_are_refused()
    {
        Assert.That(() => SharedArray.Create<int>(-1), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => SharedArray.Create<int>(1, -1), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => SharedArray.Create<int>(long.MaxValue), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => SharedArray.Create<byte>(long.MaxValue, long.MaxValue, long.MaxValue), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void Elements_may_be_structs_of_numbers()
    {
        using var array = SharedArray.Create<Pixel>(3);
        array[1] = new Pixel(1, 2.5f);
        array[1] = array[1] with { Red = 9 };
        Assert.That(array.ToArray(), Is.EqualTo(new[] { default, new Pixel(9, 2.5f), default }));
    }

    [Test]
    public void What_means_nothing_in_another_process_is_no_element()
    {
        Assert.That(() => SharedArray.Create<nint>(1), Throws.TypeOf<ValueException>());
        Assert.That(() => SharedArray.Create<Pointing>(1), Throws.TypeOf<ValueException>().With.Message.Contains("Pointing"));
        Assert.That(Formatters.Wire.Refusal(typeof(SharedArray<Pointing>)).ValueType, Is.EqualTo(typeof(Pointing)));
    }

    private readonly record struct Pixel(byte Red, float Depth);

    private readonly record struct Pointing(int Number, nint Address);
}
