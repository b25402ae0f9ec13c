/*
 * arch/x86_64/fw_cfg.c - read QEMU's firmware configuration files.
 *
 * Selecting an entry rewinds it; then each read of the data port gives its
 * next byte.  The directory is an entry like any other.
 *
 * Spec: QEMU, docs/specs/fw_cfg
 */
#include "arch/x86_64/fw_cfg.h"

#include "abi/errno.h"
#include "arch/x86_64/io.h"
#include "lib/panic.h"
#include "lib/string.h"

enum {
    PORT_SELECT = 0x510,
    PORT_DATA = 0x511,
    KEY_SIGNATURE = 0x00,
    KEY_DIRECTORY = 0x19,
    N_FILES_MAX = 1024, /* more is no directory but noise */
};

/* Big-endian, as all numbers in the directory. */
struct directory_entry {
    u8 size[4];
    u8 selector[2];
    u8 reserved[2];
    char name[56];
};
static_assert(sizeof(struct directory_entry) == 64, "fw_cfg's FWCfgFile");

static u32 be32_get(const u8 b[4])
{
    return (u32)b[0] << 24 | (u32)b[1] << 16 | (u32)b[2] << 8 | b[3];
}

bool fw_cfg_is_present(void)
{
    char signature[4];
    io_write16(PORT_SELECT, KEY_SIGNATURE);
    io_read_bytes(PORT_DATA, signature, sizeof(signature));
    return memcmp(signature, "QEMU", sizeof(signature)) == 0;
}

int fw_cfg_find(const char *name, struct fw_cfg_file *file)
{
    if (!fw_cfg_is_present())
        return -ENOENT;
    u8 count[4];
    io_write16(PORT_SELECT, KEY_DIRECTORY);
    io_read_bytes(PORT_DATA, count, sizeof(count));
    u32 n_files = be32_get(count);
    for (u32 i = 0; i < n_files && i < N_FILES_MAX; i++) {
        struct directory_entry entry;
        io_read_bytes(PORT_DATA, &entry, sizeof(entry));
        entry.name[sizeof(entry.name) - 1] = '\0';
        if (strcmp(entry.name, name) != 0)
            continue;
        file->size = be32_get(entry.size);
        file->selector = (u16)(entry.selector[0] << 8 | entry.selector[1]);
        return 0;
    }
    return -ENOENT;
}

size_t fw_cfg_read(const struct fw_cfg_file *file, void *buf, size_t len)
{
    if (len > file->size)
        len = file->size;
    io_write16(PORT_SELECT, file->selector);
    io_read_bytes(PORT_DATA, buf, len);
    return len;
}

int fw_cfg_read_text(const char *name, char *buf, size_t len)
{
    assert(len > 0);
    struct fw_cfg_file file;
    buf[0] = '\0';
    int err = fw_cfg_find(name, &file);
    if (err)
        return err;
    size_t n = fw_cfg_read(&file, buf, len - 1);
    buf[n] = '\0';
    return (int)n;
}
