using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace ProcessPool.Chaos.Tests.Support;

/// <summary>Counts how often each item ran. Each worker process appends to its own file, with one write per item.</summary>
internal sealed class RunLog : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    /// <summary>The directory of the log, for functions to capture.</summary>
    public string Directory => _directory.Path;

    /// <summary>Runs in a worker: logs that an item runs.</summary>
    public static void Append(string directory, long item) => Writer.For(directory).Append(item);

    /// <summary>The bytes written so far. The number grows with the items that ran.</summary>
    public long Length => new DirectoryInfo(Directory).GetFiles().Sum(static file => file.Length);

    /// <summary>How often each item ran.</summary>
    public Dictionary<long, int> Count()
    {
        Dictionary<long, int> runs = [];
        foreach (var file in System.IO.Directory.GetFiles(Directory))
        {
            foreach (var line in File.ReadLines(file))
            {
                var item = long.Parse(line, CultureInfo.InvariantCulture);
                runs[item] = runs.GetValueOrDefault(item) + 1;
            }
        }

        return runs;
    }

    public void Dispose() => _directory.Dispose();

    private sealed class Writer(string directory)
    {
        private static Writer? _current;
        private readonly string _directory = directory;
        private readonly SafeFileHandle _file = File.OpenHandle(
            Path.Combine(directory, $"{Environment.ProcessId}"), FileMode.CreateNew, FileAccess.Write, FileShare.Read);

        private long _length;

        public static Writer For(string directory) =>
            _current is { } writer && writer._directory == directory ? writer : _current = new Writer(directory);

        public void Append(long item)
        {
            Span<byte> line = stackalloc byte[24];
            item.TryFormat(line, out var count, provider: CultureInfo.InvariantCulture);
            line[count++] = (byte)'\n';
            RandomAccess.Write(_file, line[..count], _length);
            _length += count;
        }
    }
}
