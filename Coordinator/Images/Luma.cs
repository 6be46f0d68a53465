namespace ProcessPool.Coordinator.Images;

/// <summary>
/// The brightness of a colour, with the weights of ITU-R BT.601 (0.299, 0.587, 0.114) in the arithmetic of libpng. If the file
/// has a gamma (chunk gAMA or sRGB), samples are converted to linear light first, otherwise they are weighted as they are.
/// </summary>
internal sealed class Luma
{
    private const int Red = 29_900 * 32_768 / 100_000;
    private const int Green = (int)(58_700L * 32_768 / 100_000);
    private const int Blue = 32_768 - Red - Green;
    private const int Half = 16_384;

    /// <summary>libpng keeps 11 of 16 bits if the result has 8.</summary>
    private const int WideShift = 5;

    private readonly byte[]? _toLight;
    private readonly byte[] _fromLight = [];
    private readonly ushort[] _wideToLight = [];
    private readonly ushort[] _wideFromLight = [];

    /// <param name="gamma">100,000 times the file's gamma; 0 if it has none.</param>
    public Luma(uint gamma)
    {
        // libpng treats a gamma close to 1 as 1.
        if (gamma is 0 or (>= 95_000 and <= 105_000))
            return;
        double toLight = 100_000.0 / gamma;
        _toLight = Table(256, toLight, 255, value => (byte)value);
        _fromLight = Table(256, 1 / toLight, 255, value => (byte)value);
        _wideToLight = Table(65_536 >> WideShift, toLight, 65_535, value => (ushort)value);
        _wideFromLight = Table(65_536 >> WideShift, 1 / toLight, 65_535, value => (ushort)value);
    }

    /// <summary>The brightness of a colour with 8 bits a sample.</summary>
    public byte Of(int red, int green, int blue)
    {
        if (red == green && red == blue)
            return (byte)red;
        if (_toLight is null)
            return (byte)(((Red * red) + (Green * green) + (Blue * blue)) >> 15);
        int light = (Red * _toLight[red]) + (Green * _toLight[green]) + (Blue * _toLight[blue]);
        return _fromLight[(light + Half) >> 15];
    }

    /// <summary>The upper 8 bits of the brightness of a colour with 16 bits a sample.</summary>
    public byte OfWide(int red, int green, int blue)
    {
        if (red == green && red == blue)
            return (byte)(red >> 8);
        if (_toLight is null)
            return (byte)(Weigh(red, green, blue) >> 8);
        uint light = Weigh(_wideToLight[red >> WideShift], _wideToLight[green >> WideShift], _wideToLight[blue >> WideShift]);
        return (byte)(_wideFromLight[light >> WideShift] >> 8);
    }

    private static uint Weigh(int red, int green, int blue) =>
        (uint)(((long)Red * red) + ((long)Green * green) + ((long)Blue * blue) + Half) >> 15;

    private static T[] Table<T>(int length, double exponent, int most, Func<double, T> convert)
    {
        var table = new T[length];
        for (int i = 0; i < length; i++)
            table[i] = convert(Math.Floor((most * Math.Pow(i / (length - 1.0), exponent)) + 0.5));
        return table;
    }
}
