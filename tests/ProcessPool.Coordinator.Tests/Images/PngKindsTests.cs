using ProcessPool.Coordinator.Images;

namespace ProcessPool.Coordinator.Tests.Images;

/// <summary>Compares with OpenCV's grayscale, for PNGs of every kind, made by Python, and the icons of Debian's themes.</summary>
internal sealed class PngKindsTests
{
    /// <summary>How far a gray may be from OpenCV's because of rounding.</summary>
    private const int Tolerance = 1;

    /// <summary>
    /// How far a few grays may be from OpenCV's if samples have 16 bits and a gamma: one step at the dark end of libpng's tables,
    /// which begin with 0, 8, 11. Skia keeps at most 11 bits of a sample, so a sample near a step may fall on either side.
    /// </summary>
    private const int Step = 8;

    /// <summary>
    /// Writes each kind of image with nothing but zlib: colour types, bit depths, interlaced or not, with and without a gamma, a
    /// colour profile or a transparent colour.
    /// </summary>
    private const string Make = """
        import random, struct, sys, zlib
        random.seed(1)
        PASSES = [(0,0,8,8), (4,0,8,8), (0,4,4,8), (2,0,4,4), (0,2,2,4), (1,0,2,2), (0,1,1,2)]
        SAMPLES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
        DEPTHS = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}

        def chunk(kind, data):
            return struct.pack('>I', len(data)) + kind + data + struct.pack('>I', zlib.crc32(kind + data))

        def paeth(a, b, c):
            p = a + b - c
            return min((abs(p - a), 0, a), (abs(p - b), 1, b), (abs(p - c), 2, c))[2]

        def filtered(row, above, stride):
            kind = random.randrange(5)
            left = lambda i: row[i - stride] if i >= stride else 0
            corner = lambda i: above[i - stride] if i >= stride else 0
            guess = [lambda i: 0, left, lambda i: above[i], lambda i: (left(i) + above[i]) // 2,
                     lambda i: paeth(left(i), above[i], corner(i))][kind]
            return bytes([kind]) + bytes((v - guess(i)) & 255 for i, v in enumerate(row))

        def image(width, height, colour, depth, interlaced, extra):
            bits = SAMPLES[colour] * depth
            body = b''
            for x0, y0, dx, dy in PASSES if interlaced else [(0, 0, 1, 1)]:
                columns, rows = -(-(width - x0) // dx), -(-(height - y0) // dy)
                if columns <= 0 or rows <= 0:
                    continue
                size = (columns * bits + 7) // 8
                above = bytes(size)
                for y in range(rows):
                    row = bytes(random.randrange(256) if random.random() < .7 else 0 for _ in range(size))
                    body += filtered(row, above, max(1, bits // 8))
                    above = row
            header = struct.pack('>IIBBBBB', width, height, depth, colour, 0, 0, interlaced)
            palette = chunk(b'PLTE', bytes(random.randrange(256) for _ in range(3 << depth))) if colour == 3 else b''
            before, behind = extra
            return (b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', header) + before + palette + behind
                    + chunk(b'IDAT', zlib.compress(body)) + chunk(b'IEND', b''))

        def extras(colour, depth):
            gamma, standard = chunk(b'gAMA', struct.pack('>I', 45455)), chunk(b'sRGB', b'\0')
            yield 'plain', b'', b''
            yield 'gamma', gamma, b''
            yield 'light', chunk(b'gAMA', struct.pack('>I', 100000)), b''
            yield 'standard', standard, b''
            yield 'both', standard + gamma, b''
            yield 'profile', chunk(b'iCCP', b'linear\0\0' + zlib.compress(profile())), b''
            yield 'significant', chunk(b'sBIT', bytes([max(1, depth - 1)] * (3 if colour == 3 else SAMPLES[colour]))), b''
            if colour in (0, 2, 3):
                yield 'transparent', b'', chunk(b'tRNS', {0: bytes(2), 2: bytes(6), 3: bytes([0, 128])}[colour])

        # A display with linear samples, and with red and blue exchanged. A reader that applies this profile gets other pixels.
        def profile():
            xyz = lambda x, y, z: b'XYZ \0\0\0\0' + struct.pack('>iii', *(round(v * 65536) for v in (x, y, z)))
            curve = b'curv' + bytes(8)
            tags = {b'rXYZ': xyz(.1431, .0606, .7141), b'gXYZ': xyz(.3851, .7169, .0971), b'bXYZ': xyz(.4360, .2225, .0139),
                    b'wtpt': xyz(.9642, 1, .8249), b'rTRC': curve, b'gTRC': curve, b'bTRC': curve}
            table, data = struct.pack('>I', len(tags)), b''
            for name, value in tags.items():
                table += name + struct.pack('>II', 128 + 4 + 12 * len(tags) + len(data), len(value))
                data += value
            head = struct.pack('>I4sI4s4s4s', 132 + 12 * len(tags) + len(data), b'', 0x02400000, b'mntr', b'RGB ', b'XYZ ')
            head += bytes(12) + b'acsp' + bytes(28) + xyz(.9642, 1, .8249)[8:] + bytes(48)
            return head + table + data

        for colour in SAMPLES:
            for depth in DEPTHS[colour]:
                for interlaced in (0, 1):
                    for name, *extra in extras(colour, depth):
                        for width, height in ((1, 1), (3, 2), (5, 9), (37, 33)):
                            path = f'{sys.argv[1]}/c{colour}_d{depth}_i{interlaced}_{name}_{width}x{height}.png'
                            open(path, 'wb').write(image(width, height, colour, depth, interlaced, extra))
        """;

    /// <summary>Writes for each file in a list: rows and columns (0 and 0 if it cannot be read), then the pixels.</summary>
    private const string Decode = """
        import cv2, struct, sys
        with open(sys.argv[1]) as names, open(sys.argv[2], 'wb') as out:
            for name in names:
                image = cv2.imread(name.rstrip('\n'), cv2.IMREAD_GRAYSCALE)
                out.write(struct.pack('<ii', *((0, 0) if image is None else image.shape)))
                if image is not None:
                    out.write(image.tobytes())
        """;

    private TemporaryDirectory _directory = null!;

    [SetUp]
    public void MakeDirectory()
    {
        Python.Require("cv2", "python3-opencv");
        _directory = new TemporaryDirectory();
    }

    [TearDown]
    public void RemoveDirectory() => _directory?.Dispose();

    [Test]
    public void Every_kind_is_read_as_OpenCV_reads_it()
    {
        Python.Run(Make, _directory.Path);
        string[] files = Directory.GetFiles(_directory.Path, "*.png");
        Assert.That(files, Has.Length.EqualTo(((11 * 8) + (4 * 7)) * 2 * 4));
        Compare(files);
    }

    [Test]
    public void So_are_the_icons_of_Debian()
    {
        const string themes = "/usr/share/icons";
        string[] files = Directory.Exists(themes) ? Directory.GetFiles(themes, "*.png", SearchOption.AllDirectories) : [];
        const string missing = "Too few icons in /usr/share/icons (Debian packages gnome-icon-theme, oxygen-icon-theme).";
        if (files.Length < 1000)
        {
            if (Environment.GetEnvironmentVariable("CI") == "true")
                Assert.Fail(missing);
            Assert.Ignore(missing);
        }

        Compare(files);
    }

    private void Compare(string[] files)
    {
        string names = _directory.File("names"), pixels = _directory.File("pixels");
        File.WriteAllLines(names, files);
        Python.Run(Decode, names, pixels);
        var wrong = new List<string>();
        using var theirs = new BinaryReader(File.OpenRead(pixels));
        foreach (string file in files)
        {
            int rows = theirs.ReadInt32(), columns = theirs.ReadInt32();
            byte[] expected = theirs.ReadBytes(rows * columns);
            if (rows == 0)
                Assert.That(() => GrayImage.Read(file), Throws.TypeOf<PngException>());
            else if (Difference(GrayImage.Read(file), rows, columns, expected, isWide: file.Contains("_d16_")) is { } difference)
                wrong.Add($"{file}: {difference}");
        }

        Assert.That(wrong, Is.Empty);
    }

    private static string? Difference(GrayImage image, int rows, int columns, byte[] expected, bool isWide)
    {
        if ((image.Height, image.Width) != (rows, columns))
            return $"{image.Width}x{image.Height} pixels";
        int[] differences = [.. expected.Zip(image.Pixels, (theirs, ours) => Math.Abs(theirs - ours)).Where(level => level > Tolerance)];
        int most = differences.DefaultIfEmpty().Max();
        bool isFew = differences.Length * 200 < expected.Length;
        return most == 0 || (isWide && isFew && most <= Step) ? null : $"{differences.Length} pixels differ, by up to {most}";
    }
}
