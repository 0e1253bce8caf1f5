#include "CPNGShim.h"

#include <png.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// A function that calls setjmp has no local variables that change afterward: their values would be
// undefined after the jump. Everything that changes lives in the caller's memory.

typedef struct {
  const uint8_t *bytes;
  size_t count, position;
} source;

/// Reports an error. The message holds the last warning, if there was one, which often says more.
static void fail(png_structp png, png_const_charp text) {
  char *message = png_get_error_ptr(png);
  char reason[CPNG_MESSAGE_SIZE];
  snprintf(reason, sizeof reason, "%s", message);
  snprintf(message, CPNG_MESSAGE_SIZE, reason[0] ? "%s (%s)" : "%s", text, reason);
  png_longjmp(png, 1);
}

static void keep_warning(png_structp png, png_const_charp text) {
  snprintf((char *)png_get_error_ptr(png), CPNG_MESSAGE_SIZE, "%s", text);
}

/// Writes the message for the rare case that libpng has no memory to begin with.
static int not_started(char *message) {
  snprintf(message, CPNG_MESSAGE_SIZE, "libpng could not start");
  return 0;
}

static void take_bytes(png_structp png, png_bytep out, size_t count) {
  source *from = png_get_io_ptr(png);
  if (count > from->count - from->position) png_error(png, "the file is cut short");
  memcpy(out, from->bytes + from->position, count);
  from->position += count;
}

/// Reads up to the first byte of the picture. Text, profiles and gamma are skipped unread: they do
/// not change the samples, and a compressed profile can expand to any size.
static void read_front(png_structp png, png_infop info, source *from, uint32_t longest_side) {
  static const png_byte skipped[] =
    "bKGD\0cHRM\0gAMA\0hIST\0iCCP\0iTXt\0oFFs\0pCAL\0pHYs\0sBIT\0sCAL\0sPLT\0sRGB\0tEXt\0tIME\0zTXt\0eXIf";
  png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, skipped, sizeof skipped / 5);
  png_set_user_limits(png, longest_side, longest_side);
  png_set_chunk_malloc_max(png, 1 << 20);
  png_set_read_fn(png, from, take_bytes);
  png_read_info(png, info);
}

static void fill_header(png_structp png, png_infop info, cpng_header *header) {
  header->width = png_get_image_width(png, info);
  header->height = png_get_image_height(png, info);
  header->bit_depth = png_get_bit_depth(png, info);
  header->color_type = png_get_color_type(png, info);
  header->channels = png_get_channels(png, info);
  header->packed_bytes = (uint64_t)png_get_rowbytes(png, info) * header->height;
  png_colorp palette = NULL;
  int count = 0;
  if (header->color_type == PNG_COLOR_TYPE_PALETTE) {
    if (!png_get_PLTE(png, info, &palette, &count)) png_error(png, "the palette is missing");
    header->palette_count = (uint32_t)count;
    for (int i = 0; i < count && i < 256; i++) {
      header->palette[3 * i] = palette[i].red;
      header->palette[3 * i + 1] = palette[i].green;
      header->palette[3 * i + 2] = palette[i].blue;
    }
  }
  png_bytep alpha = NULL;
  png_color_16p color = NULL;
  if (!png_get_tRNS(png, info, &alpha, &count, &color)) return;
  if (header->color_type == PNG_COLOR_TYPE_PALETTE) {
    header->palette_alpha_count = (uint32_t)(count < 256 ? count : 256);
    memcpy(header->palette_alpha, alpha, header->palette_alpha_count);
  } else if (color) {
    header->has_transparent_color = 1;
    int gray = !(header->color_type & PNG_COLOR_MASK_COLOR);
    header->transparent_color[0] = gray ? color->gray : color->red;
    header->transparent_color[1] = color->green;
    header->transparent_color[2] = color->blue;
  }
}

static void read_rows(png_structp png, png_infop info, uint8_t *samples, size_t sample_bytes) {
  png_set_packing(png);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
  if (png_get_bit_depth(png, info) == 16) png_set_swap(png);
#endif
  int passes = png_set_interlace_handling(png);
  png_read_update_info(png, info);
  size_t height = png_get_image_height(png, info), row = png_get_rowbytes(png, info);
  if (sample_bytes / height != row || sample_bytes % height != 0) {
    png_error(png, "the rows do not have the announced size");
  }
  // In every pass the rows keep what earlier passes wrote.
  for (int pass = 0; pass < passes; pass++) {
    for (size_t y = 0; y < height; y++) png_read_row(png, samples + y * row, NULL);
  }
  png_read_end(png, NULL);
}

static int read_png(
  const uint8_t *bytes, size_t count, uint32_t longest_side, cpng_header *header, void *samples,
  size_t sample_bytes, char *message) {
  source from = {bytes, count, 0};
  message[0] = 0;
  png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, message, fail, keep_warning);
  if (!png) return not_started(message);
  png_infop info = png_create_info_struct(png);
  if (!info) {
    png_destroy_read_struct(&png, NULL, NULL);
    return not_started(message);
  }
  if (setjmp(png_jmpbuf(png))) {
    png_destroy_read_struct(&png, &info, NULL);
    return 0;
  }
  read_front(png, info, &from, longest_side);
  if (header) fill_header(png, info, header);
  if (samples) read_rows(png, info, samples, sample_bytes);
  png_destroy_read_struct(&png, &info, NULL);
  return 1;
}

int cpng_read_header(
  const uint8_t *bytes, size_t count, uint32_t longest_side, cpng_header *header, char *message) {
  memset(header, 0, sizeof *header);
  return read_png(bytes, count, longest_side, header, NULL, 0, message);
}

int cpng_read_samples(
  const uint8_t *bytes, size_t count, uint32_t longest_side, void *samples, size_t sample_bytes,
  char *message) {
  return read_png(bytes, count, longest_side, NULL, samples, sample_bytes, message);
}

static void append_bytes(png_structp png, png_bytep bytes, size_t count) {
  cpng_buffer *file = png_get_io_ptr(png);
  if (count > file->capacity - file->count) {
    size_t capacity = file->capacity * 2 + count + 4096;
    uint8_t *grown = realloc(file->bytes, capacity);
    if (!grown) png_error(png, "out of memory");
    file->bytes = grown;
    file->capacity = capacity;
  }
  memcpy(file->bytes + file->count, bytes, count);
  file->count += count;
}

static void write_all(png_structp png, png_infop info, const cpng_picture *picture) {
  png_set_IHDR(
    png, info, picture->width, picture->height, picture->bit_depth, picture->color_type,
    PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  if (picture->palette) {
    png_color colors[256];
    uint32_t count = picture->palette_count < 256 ? picture->palette_count : 256;
    for (uint32_t i = 0; i < count; i++) {
      const uint8_t *entry = picture->palette + 3 * i;
      colors[i] = (png_color){entry[0], entry[1], entry[2]};
    }
    png_set_PLTE(png, info, colors, (int)count);
  }
  png_write_info(png, info);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
  if (picture->bit_depth == 16) png_set_swap(png);
#endif
  const uint8_t *samples = picture->samples;
  for (size_t y = 0; y < picture->height; y++) png_write_row(png, samples + y * picture->row_bytes);
  png_write_end(png, info);
}

int cpng_write(const cpng_picture *picture, cpng_buffer *file, char *message) {
  message[0] = 0;
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, message, fail, keep_warning);
  if (!png) return not_started(message);
  png_infop info = png_create_info_struct(png);
  if (!info) {
    png_destroy_write_struct(&png, NULL);
    return not_started(message);
  }
  if (setjmp(png_jmpbuf(png))) {
    png_destroy_write_struct(&png, &info);
    return 0;
  }
  png_set_write_fn(png, file, append_bytes, NULL);
  write_all(png, info, picture);
  png_destroy_write_struct(&png, &info);
  return 1;
}

void cpng_free(cpng_buffer *file) {
  free(file->bytes);
  *file = (cpng_buffer){0};
}
