using MessagePack;

namespace ProcessPool.Values;

/// <summary>Reads the pairs of a dictionary.</summary>
internal static class Pairs
{
    public static KeyValuePair<TKey, TValue>[] Read<TKey, TValue>(
        ref MessagePackReader reader, int count, ValueFormatter<TKey> keys, ValueFormatter<TValue> values, Type map, MessagePackSerializerOptions options)
    {
        var pairs = new KeyValuePair<TKey, TValue>[Math.Min(count, Elements.First<KeyValuePair<TKey, TValue>>())];
        for (var i = 0; i < count; i++)
        {
            if (i == pairs.Length) Array.Resize(ref pairs, (int)Math.Min(count, 2L * i));
            var key = keys.Deserialize(ref reader, options) ?? throw HashParts.BadKey("is nil");
            try
            {
                pairs[i] = new(key, values.Deserialize(ref reader, options));
            }
            catch (Exception e) when (ValuePath.IsMissing(e, map, HashParts.StepTo(key)))
            {
                throw ValuePath.With(e, map, HashParts.StepTo(key));
            }
        }

        return pairs;
    }
}
