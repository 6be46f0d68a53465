using System.Diagnostics;
using System.Runtime.InteropServices;

namespace ProcessPool.Bench;

/// <summary>
/// Measures what it gains that workers tell native libraries their share of the processors: OpenBLAS multiplies matrices in every
/// worker, with the pool's default and without the variables. docs/from-python.md has the figures.
/// </summary>
internal static partial class NativeThreads
{
    private const int Rounds = 5;
    private const int Size = 512;
    private const int Items = 400;
    private const int ByRows = 101; // CblasRowMajor
    private const int AsItIs = 111; // CblasNoTrans

    private static readonly Dictionary<string, string?> Unset = new() { ["OMP_NUM_THREADS"] = null, ["OPENBLAS_NUM_THREADS"] = null };

    private static readonly double[] Ones = [.. Enumerable.Repeat(1.0, Size * Size)];
    private static readonly double[] Product = new double[Size * Size];

    public static async Task<int> RunAsync()
    {
        Console.WriteLine($"{Items} products of two {Size}x{Size} matrices in OpenBLAS, {Environment.ProcessorCount} processors, medians of {Rounds} rounds in turn\n");
        Console.WriteLine("| workers | default | variables unset | gain |\n|--:|--:|--:|--:|");
        foreach (var workers in (int[])[2, 8, 32])
        {
            var byDefault = new Measure(() => MillisecondsAsync(new PoolOptions { Workers = workers, Initializer = Warm }));
            var unset = new Measure(() => MillisecondsAsync(new PoolOptions { Workers = workers, Initializer = Warm, Environment = Unset }));
            for (var round = 0; round <= Rounds; round++)
            {
                foreach (var measure in (Measure[])[byDefault, unset]) await measure.RunAsync(round);
            }

            if ((byDefault.Failure ?? unset.Failure) is { } failure)
            {
                Console.Error.WriteLine($"Not measured: {failure}");
                return 1;
            }

            Console.WriteLine($"| {workers} | {Text(byDefault)} | {Text(unset)} | {unset.Median / byDefault.Median:0.00} |");
        }

        return 0;
    }

    /// <summary>How long the calls take in workers that have started and loaded the library.</summary>
    private static async Task<double> MillisecondsAsync(PoolOptions options)
    {
        await using var pool = new Pool(options);
        await pool.WaitUntilReadyAsync();
        var clock = Stopwatch.StartNew();
        var sums = await pool.MapAsync(Multiply, Enumerable.Range(1, Items));
        var elapsed = clock.Elapsed.TotalMilliseconds;
        if (!sums.SequenceEqual(Enumerable.Range(1, Items).Select(item => (double)item * Size))) throw new InvalidDataException("A product is wrong.");
        return elapsed;
    }

    private static void Warm() => Multiply(1);

    private static double Multiply(int factor)
    {
        Multiply(ByRows, AsItIs, AsItIs, Size, Size, Size, factor, Ones, Size, Ones, Size, 0, Product, Size);
        return Product[^1];
    }

    private static string Text(Measure measure) => $"{measure.Median:N0} ms ({measure.Samples.Min():N0} to {measure.Samples.Max():N0})";

    [LibraryImport("libopenblas.so.0", EntryPoint = "cblas_dgemm")]
    private static partial void Multiply(
        int order, int transposeA, int transposeB, int m, int n, int k, double alpha, double[] a, int lda, double[] b, int ldb, double beta, double[] c, int ldc);
}
