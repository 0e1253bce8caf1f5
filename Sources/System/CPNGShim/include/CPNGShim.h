#ifndef CPNG_SHIM_H
#define CPNG_SHIM_H

#include <stddef.h>
#include <stdint.h>

// libpng reports errors by longjmp, which must not cross Swift code. These functions set the jump
// target, call libpng and return a result and a line of text, so that no jump reaches Swift.

/// The size of an error message, including its final zero.
#define CPNG_MESSAGE_SIZE 256

/// The bits of libpng's color types: palette, color, alpha.
enum { CPNG_PALETTE = 1, CPNG_COLOR = 2, CPNG_ALPHA = 4 };

/// The contents of the chunks before the picture.
typedef struct {
  uint32_t width, height;
  uint8_t bit_depth;   ///< 1, 2, 4, 8 or 16, as in the file.
  uint8_t color_type;  ///< The bits above.
  uint8_t channels;    ///< Samples per pixel in the file: 1, 2, 3 or 4.
  uint64_t packed_bytes;  ///< Size of the decoded picture, as the file packs it, in bytes.
  uint32_t palette_count;
  uint8_t palette[256 * 3];  ///< Red, green and blue of each entry.
  uint32_t palette_alpha_count;  ///< Entries that have an alpha; the others are opaque.
  uint8_t palette_alpha[256];
  uint8_t has_transparent_color;  ///< Whether one gray value or color means "transparent".
  uint16_t transparent_color[3];  ///< That color; a gray value is the first number.
} cpng_header;

/// Reads the chunks before the picture. Returns 1, or 0 with a text in message.
int cpng_read_header(
  const uint8_t *bytes, size_t count, uint32_t longest_side, cpng_header *header, char *message);

/// Reads the whole file and stores the samples row by row without any conversion: 8 bits for a
/// depth of 8 or less (not scaled), native 16 bits for 16. sample_bytes must be the exact size of
/// these samples. Returns 1, or 0 with a text in message.
int cpng_read_samples(
  const uint8_t *bytes, size_t count, uint32_t longest_side, void *samples, size_t sample_bytes,
  char *message);

/// A picture to be written, its samples laid out as cpng_read_samples stores them.
typedef struct {
  uint32_t width, height;
  uint8_t bit_depth;   ///< 8 or 16.
  uint8_t color_type;  ///< The bits above.
  const void *samples;
  size_t row_bytes;
  const uint8_t *palette;  ///< Red, green and blue of each entry.
  uint32_t palette_count;
} cpng_picture;

/// Memory that grows while a file is written into it; it must start as all zeros.
typedef struct {
  uint8_t *bytes;
  size_t count, capacity;
} cpng_buffer;

/// Appends a PNG file to the buffer. Returns 1, or 0 with a text in message. In both cases the
/// buffer must be passed to cpng_free.
int cpng_write(const cpng_picture *picture, cpng_buffer *file, char *message);

/// Frees the buffer's memory.
void cpng_free(cpng_buffer *file);

#endif
