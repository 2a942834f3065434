using System.Numerics;

namespace Marketplace.Host;

/// <summary>
/// Median cut down to 256 colours. Covers live from few colours and a film grain; as true colour the grain
/// triples in the file, as indices it stays one symbol a pixel — a quarter of the size for the same look.
/// </summary>
internal static class ArtQuantizer
{
    private const int Bits = 6;

    public static byte[] Encode(ArtCanvas canvas)
    {
        var bins = new int[canvas.Pixels.Length];
        var counts = new int[1 << (3 * Bits)];
        var sums = new Vector3[counts.Length];
        for (var i = 0; i < bins.Length; i++)
        {
            var colour = Vector3.Clamp(canvas.Pixels[i], Vector3.Zero, Vector3.One) * 255f;
            var bin = ((int)colour.X >> 2 << (2 * Bits)) | ((int)colour.Y >> 2 << Bits) | ((int)colour.Z >> 2);
            bins[i] = bin;
            counts[bin]++;
            sums[bin] += colour;
        }

        var (palette, lookup) = Cut(counts, sums);
        var indices = new byte[bins.Length];
        for (var i = 0; i < bins.Length; i++)
        {
            indices[i] = lookup[bins[i]];
        }

        return Png.Indexed(canvas.Size, canvas.Size, palette, indices);
    }

    private static (byte[] Palette, byte[] Lookup) Cut(int[] counts, Vector3[] sums)
    {
        var used = Enumerable.Range(0, counts.Length).Where(bin => counts[bin] > 0).ToArray();
        var means = Array.ConvertAll(used, bin => sums[bin] / counts[bin]);
        var boxes = new PriorityQueue<(int Start, int End), float>();
        boxes.Enqueue((0, used.Length), 0f);
        var done = new List<(int Start, int End)>();
        while (boxes.Count > 0 && boxes.Count + done.Count < 256)
        {
            var (start, end) = boxes.Dequeue();
            if (end - start < 2)
            {
                done.Add((start, end));
                continue;
            }

            var axis = WidestAxis(means.AsSpan(start, end - start));
            var keys = new float[end - start];
            for (var i = 0; i < keys.Length; i++)
            {
                keys[i] = Vector3.Dot(means[start + i], axis);
            }

            // One permutation for both arrays: sort places, then carry means and bins along.
            var order = Enumerable.Range(start, keys.Length).ToArray();
            Array.Sort(keys, order);
            var (m, u) = (Array.ConvertAll(order, i => means[i]), Array.ConvertAll(order, i => used[i]));
            m.CopyTo(means, start);
            u.CopyTo(used, start);
            var split = start + Balance(keys);
            Enqueue(start, split);
            Enqueue(split, end);
        }

        done.AddRange(boxes.UnorderedItems.Select(item => item.Element));
        var palette = new byte[done.Count * 3];
        var lookup = new byte[counts.Length];
        for (var entry = 0; entry < done.Count; entry++)
        {
            var (sum, count) = (Vector3.Zero, 0);
            for (var i = done[entry].Start; i < done[entry].End; i++)
            {
                sum += sums[used[i]];
                count += counts[used[i]];
                lookup[used[i]] = (byte)entry;
            }

            sum /= count;
            for (var channel = 0; channel < 3; channel++)
            {
                palette[(entry * 3) + channel] = (byte)MathF.Round(sum[channel]);
            }
        }

        return (palette, lookup);

        void Enqueue(int start, int end)
        {
            // Spread counts more than crowd: a rare but distinct colour must not be swallowed by a sky.
            var population = 0L;
            for (var i = start; i < end; i++)
            {
                population += counts[used[i]];
            }

            var extent = Extent(means.AsSpan(start, end - start)).Length();
            boxes.Enqueue((start, end), -extent * extent * MathF.Sqrt(population));
        }
    }

    private static int Balance(float[] keys)
    {
        // Split halfway in colour, not in number: keeps bands of a gradient equally wide.
        var middle = (keys[0] + keys[^1]) / 2f;
        var at = Array.FindIndex(keys, key => key > middle);
        return Math.Clamp(at, 1, keys.Length - 1);
    }

    private static Vector3 Extent(ReadOnlySpan<Vector3> colours)
    {
        var (low, high) = (colours[0], colours[0]);
        foreach (var colour in colours)
        {
            low = Vector3.Min(low, colour);
            high = Vector3.Max(high, colour);
        }

        return high - low;
    }

    private static Vector3 WidestAxis(ReadOnlySpan<Vector3> colours)
    {
        var extent = Extent(colours);
        return extent.X >= extent.Y && extent.X >= extent.Z ? Vector3.UnitX
            : extent.Y >= extent.Z ? Vector3.UnitY : Vector3.UnitZ;
    }
}
