using System.Runtime.InteropServices;
using System.Text;

namespace ProcessPool.Tests.Calls;

/// <summary>
/// The C# code of docs/from-python.md. The code between <c>snippet</c> and <c>end</c> is the same as on the page, and is run
/// here. Each step must give the same results.
/// </summary>
[CancelAfter(120_000)]
internal sealed class Recipes_of_from_python
{
    private const int Count = 50;
    private const int Size = 30;
    private const int Rows = 70;
    private const int Columns = 90;

    [Test]
    public async Task Generate_files()
    {
        using var place = new TemporaryDirectory();
        var (directory, count, size) = (place.Path, Count, Size);

        // snippet: files 1
        for (var i = 0; i < count; i++)
        {
            var pixels = new byte[size * size];
            for (var y = 0; y < size; y++)
                for (var x = 0; x < size; x++)
                    pixels[y * size + x] = (byte)(x * y + i);
            using var file = File.Create($"{directory}/image_{i}.pgm");
            file.Write(Encoding.ASCII.GetBytes($"P5 {size} {size} 255\n"));
            file.Write(pixels);
        }
        // end

        var expected = TakeFiles(directory);
        Assert.That(expected, Has.Count.EqualTo(count));

        // snippet: files 2
        static void MakeFile(string directory, int size, int i)
        {
            var pixels = new byte[size * size];
            for (var y = 0; y < size; y++)
                for (var x = 0; x < size; x++)
                    pixels[y * size + x] = (byte)(x * y + i);
            using var file = File.Create($"{directory}/image_{i}.pgm");
            file.Write(Encoding.ASCII.GetBytes($"P5 {size} {size} 255\n"));
            file.Write(pixels);
        }

        var makeFile = (int i) => MakeFile(directory, size, i);
        for (var i = 0; i < count; i++) makeFile(i);
        // end

        Assert.That(TakeFiles(directory), Is.EqualTo(expected));

        // snippet: files 3
        await using var pool = new Pool();
        await pool.MapAsync(makeFile, Enumerable.Range(0, count));
        // end

        Assert.That(TakeFiles(directory), Is.EqualTo(expected));
        FromPython.CheckPython("Generate files", $"directory, count, size = '{directory}', {count}, {size}", PythonFiles, FromPython.Hash(expected.SelectMany(file => file.Value)));
    }

    [Test]
    public async Task Read_a_directory_into_a_list()
    {
        using var place = new TemporaryDirectory();
        var (directory, size) = (place.Path, Size);
        var random = new Random(1);
        for (var i = 0; i < Count; i++)
        {
            var content = new byte[20 + size * size];
            random.NextBytes(content);
            await File.WriteAllBytesAsync($"{directory}/image_{i}.pgm", content);
        }

        // snippet: read 1
        var paths = Directory.GetFiles(directory, "*.pgm").Order(StringComparer.Ordinal);
        List<byte[]> images = [];
        foreach (var path in paths)
        {
            var content = File.ReadAllBytes(path);
            images.Add(content[^(size * size)..]);
        }
        // end

        var expected = images;
        Assert.That(expected, Has.Count.EqualTo(Count));
        images = [];

        // snippet: read 2
        static byte[] ReadPixels(string path, int size)
        {
            var content = File.ReadAllBytes(path);
            return content[^(size * size)..];
        }

        var readPixels = (string path) => ReadPixels(path, size);
        foreach (var path in paths) images.Add(readPixels(path));
        // end

        Assert.That(images, Is.EqualTo(expected));
        images = [];

        // snippet: read 3
        await using var pool = new Pool();
        images = [.. await pool.MapAsync(readPixels, paths)];
        // end

        Assert.That(images, Is.EqualTo(expected));
        FromPython.CheckPython("Read a directory into a list", $"directory, size = '{directory}', {size}", PythonRead, FromPython.Hash(expected.SelectMany(image => image)));
    }

    [Test]
    public async Task Fill_an_array()
    {
        var (rows, columns) = (Rows, Columns);

        // snippet: fill 1
        var table = new double[rows, columns];
        for (var row = 0; row < rows; row++)
            for (var column = 0; column < columns; column++)
                table[row, column] = 1.0 / (row + column + 1);
        // end

        var expected = table.Cast<double>().ToArray();
        Assert.That(expected, Is.All.GreaterThan(0));

        // snippet: fill 2
        static void Fill(Span<double> cells, int row)
        {
            for (var column = 0; column < cells.Length; column++)
                cells[column] = 1.0 / (row + column + 1);
        }

        using var matrix = SharedArray.Create<double>(rows, columns);
        for (var row = 0; row < rows; row++) Fill(matrix.Row(row), row);
        // end

        Assert.That(matrix.ToArray(), Is.EqualTo(expected));
        matrix.Fill(0);

        // snippet: fill 3
        await using var pool = new Pool();
        await pool.MapAsync(row => Fill(matrix.Row(row), row), Enumerable.Range(0, rows));
        // end

        Assert.That(matrix.ToArray(), Is.EqualTo(expected));
        FromPython.CheckPython("Fill an array", $"rows, columns = {rows}, {columns}", PythonFill, FromPython.Hash(MemoryMarshal.AsBytes(expected.AsSpan()).ToArray()));
    }

    [Test]
    public void Stand_on_the_page_as_they_are_here() => Assert.That(FromPython.Blocks("csharp"), Is.EqualTo(FromPython.Snippets(nameof(Recipes_of_from_python))));

    private const string PythonFiles = """
        import glob, os
        def take():
            names = sorted(glob.glob(f"{directory}/*.pgm"))
            result = b"".join(open(name, "rb").read() for name in names)
            for name in names: os.remove(name)
            return result
        """;

    private const string PythonRead = """
        def take():
            result = b"".join(images)
            images.clear()
            return result
        """;

    private const string PythonFill = """
        import array
        def take():
            result = array.array("d", (cell for row in matrix for cell in row) if isinstance(matrix, list) else matrix).tobytes()
            if not isinstance(matrix, list): matrix[:] = [0] * len(matrix)
            return result
        """;

    /// <summary>Names and contents; in the order of their names.</summary>
    private static SortedDictionary<string, byte[]> TakeFiles(string directory)
    {
        var files = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var path in Directory.GetFiles(directory))
        {
            files.Add(Path.GetFileName(path), File.ReadAllBytes(path));
            File.Delete(path);
        }

        return files;
    }
}
